"""Typst, the typesetter: a template and data in, a document out (排版)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from bot.reports.fonts import fonts_for

if TYPE_CHECKING:
    from typst import PDFStandard

#: What Typst remembers of a compilation is dropped when so many others have gone by without using it.
_REMEMBERED = 11


def typeset(
    template: bytes,
    given: Mapping[str, Any],
    *,
    language: str,
    form: Literal["pdf", "png"],
    moment: int = 0,
    dots_per_inch: float | None = None,
    standards: list[PDFStandard] | None = None,
) -> bytes:
    """The document, or its first page as a picture. The template reads `given` as JSON from `sys.inputs.data`.

    `moment` (seconds since 1970) is the time in the file. Raises `FontMissing`, and TypstError for a fault of the
    template or a standard that cannot be kept.
    """
    from typst import Compiler

    data = json.dumps(given, ensure_ascii=False)
    compiler = Compiler(template, font_paths=fonts_for(data, language), sys_inputs={"data": data})
    try:
        made = compiler.compile(
            format=form, timestamp=moment, ppi=dots_per_inch, pdf_standards=standards or []
        )
    finally:
        _forget()
    found = made if isinstance(made, bytes) or made is None else made[0]
    if found is None:
        raise TypeError("the typesetter gave no document")
    return found


def _forget() -> None:
    """Let Typst drop what it remembers of a document: it would keep ten of them, 20 MB each, for ever.

    A report is hardly ever made twice in a row; a worker that stays small is worth the twentieth of a second.
    """
    from typst import Compiler, Fonts

    none = Fonts(include_system_fonts=False, include_embedded_fonts=False)
    for _ in range(_REMEMBERED):
        Compiler(b"", font_paths=none).compile(format="svg")
