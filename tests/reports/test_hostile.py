"""What others wrote stays text: markup, steering characters, endless values, in the page and in the PDF."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from bot.reports.service import Reports
from tests.reports.sample import sample

STEERING = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\ud800-\udfff]")
#: Keys whose values the program gives, not others.
OURS = {
    "id", "ref", "status", "check", "kind", "tier", "evidence", "made_at", "language", "class", "before", "after",
    "month", "period", "from", "to",
}  # fmt: skip
HOSTILE = {
    "script": "<script>alert('x')</script><img src=x onerror=alert(1)>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "entities": "&lt;script&gt; &amp; ]]> --> <!-- </style></svg></title>",
    "typesetter": '#import "x.typ": * #read("/etc/passwd") $x^2$ `raw` @label <label> \\u{41} *b* _i_ //',
    "bidi": "Acme \u202emoc.live\u202c \u2066x\u2069 Ltd\u200f",
    "controls": "A\x00B\x07C\ud800D\ufeffE",
    "emoji": "火锅🔥店👩‍👩‍👧‍👦 🇨🇳",
    "newlines": "eins\r\nzwei\u2028drei\tvier",
    "script of right to left": "شركة الأمل للتجارة",
}


def spoiled(value: Any, evil: str, key: str = "") -> Any:
    """The check with every text that others may have written replaced."""
    if isinstance(value, dict):
        return {name: spoiled(item, evil, name) for name, item in value.items()}
    if isinstance(value, list):
        return [spoiled(item, evil, key) for item in value]
    if isinstance(value, str) and key not in OURS and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return evil
    return value


def check_with(evil: str) -> dict[str, Any]:
    check = sample("en")
    names = [section["name"] for section in check["sections"]]
    check = spoiled(check, evil)
    for section, name in zip(check["sections"], names, strict=True):
        section["name"] = name
    check["made_at"] = "2026-11-28T09:30:00+00:00"
    check["earlier"]["made_at"] = "2026-05-20T08:00:00+00:00"
    return check


@pytest.mark.parametrize("evil", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_changes_nothing_of_the_page(reports: Reports, evil: str) -> None:
    written = reports.render_html(check_with(evil), "en")
    assert not STEERING.search(written)
    document = LexborHTMLParser(written)
    assert not document.css("script, img, iframe")
    assert not [name for place in document.css("*") for name in place.attributes if name.startswith("on")]
    assert len(document.css("section ul.statements > li[id]")) == 19
    assert len(document.css("svg")) == 4 and len(document.css("style")) == 1


def test_markup_in_a_name_is_read_as_it_was_written(reports: Reports) -> None:
    document = LexborHTMLParser(reports.render_html(check_with(HOSTILE["script"]), "en"))
    assert document.css("h1")[0].text() == HOSTILE["script"]


@pytest.mark.parametrize("evil", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_changes_nothing_of_the_pdf(reports: Reports, evil: str) -> None:
    made = reports.render_pdf(check_with(evil), "en")
    document = pypdfium2.PdfDocument(made)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "6.2" in text and "root:" not in text
    assert len(list(document.get_toc())) == 12


def test_typesetting_commands_are_printed(reports: Reports) -> None:
    document = pypdfium2.PdfDocument(reports.render_pdf(check_with('#read("/etc/passwd") $x$ *b*'), "en"))
    assert '#read("/etc/passwd") $x$ *b*' in document[0].get_textpage().get_text_range()


def test_a_value_of_ten_thousand_signs_is_cut_and_says_so(reports: Reports) -> None:
    for long in ("长" * 10_000, "W" * 10_000, "word " * 2_000):
        check = check_with(long)
        written = reports.render_html(check, "en")
        assert "[shortened; 10,000 characters in all]" in written or "9,999 characters" in written
        assert len(written) < 600_000
        document = pypdfium2.PdfDocument(reports.render_pdf(check, "en"))
        assert len(document) < 100
        for page in document:
            width = page.get_width()
            text = page.get_textpage()
            boxes = [text.get_charbox(place) for place in range(0, text.count_chars(), 97)]
            assert all(box[2] <= width for box in boxes)


def test_an_address_is_a_link_only_when_it_is_of_the_web(reports: Reports) -> None:
    check = sample("en")
    check["evidence"][0]["url"] = "javascript:alert(1)"
    check["evidence"][1]["url"] = "file:///etc/passwd"
    written = reports.render_html(check, "en")
    assert "javascript:" not in written and "file:///" not in written


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_no_text_breaks_the_page(evil: str) -> None:
    document = LexborHTMLParser(Reports().render_html(check_with(evil), "en"))
    assert len(document.css("section ul.statements > li[id]")) == 19
    assert len(document.css("ol.sources > li")) == 24


@settings(max_examples=8, deadline=None)
@given(st.text(max_size=120))
def test_no_text_breaks_the_typesetter(evil: str) -> None:
    assert Reports().render_pdf(check_with(evil), "zh").startswith(b"%PDF")
