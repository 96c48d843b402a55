"""What a document is called when nobody named it."""

from __future__ import annotations

import pytest

from knowledge.passages.preparing import telling


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("Ulta Beauty Announces First Quarter Fiscal 2023 Results", True),
        ("江南重工年度报告", True),
        ("0000909832-23-000036", False),
        ("Microsoft Word - report final v7.docx", False),
        ("untitled", False),
        ("letter.pdf", False),
        (None, False),
    ],
)
def test_a_title_that_a_program_wrote_is_no_title(stated: str | None, kept: bool) -> None:
    assert (telling(stated) == stated and stated is not None) is kept
