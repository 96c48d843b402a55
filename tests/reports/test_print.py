"""The PDF: searchable, linked, tagged, with running foot and bookmarks, and the same bytes each time."""

from __future__ import annotations

import re
from ctypes import byref, c_int, create_string_buffer
from typing import Any

import pypdfium2
import pypdfium2.raw as raw
import pytest

from bot.reports.errors import FontMissing
from bot.reports.fonts import require_chinese
from bot.reports.service import Reports, file_name
from tests.reports.sample import sample


@pytest.fixture(scope="module")
def made(reports: Reports) -> dict[str, bytes]:
    """The sample in both languages."""
    return {name: reports.render_pdf(sample(name), name) for name in ("zh", "en")}


def pages(data: bytes) -> list[str]:
    return [re.sub(r"\s+", "", page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(data)]


def test_chinese_can_be_searched_and_copied(made: dict[str, bytes]) -> None:
    whole = "".join(pages(made["zh"]))
    for said in (
        "宁波海曙精密机电有限公司",
        "作为被告的买卖合同纠纷1件，标的额860万元，一审败诉，二审审理中。[21]",
        "登记机关的可信度高于客户自述",
        "请提供危险化学品经营许可证复印件。",
        "营业收入",
        "受益所有人",
    ):
        assert said in whole


def test_no_sign_is_missing_from_the_fonts(made: dict[str, bytes]) -> None:
    for data in made.values():
        assert "\ufffd" not in "".join(pages(data)) and "\x00" not in "".join(pages(data))


def test_every_page_carries_customer_report_day_and_number(made: dict[str, bytes]) -> None:
    texts = pages(made["en"])
    for number, text in enumerate(texts, start=1):
        assert "C-1024·B-12·28November2026" in text and f"Page{number}of{len(texts)}" in text


def test_the_summary_is_one_page(made: dict[str, bytes]) -> None:
    for data, words in ((made["zh"], ("摘要", "1主体身份")), (made["en"], ("Summary", "1Identity"))):
        texts = pages(data)
        assert texts[1].startswith(words[0]) and texts[2].startswith(words[1])


def test_bookmarks_title_language_and_tags(made: dict[str, bytes]) -> None:
    document = pypdfium2.PdfDocument(made["zh"])
    assert document.get_metadata_dict()["Title"] == "客户背景调查报告 · 宁波海曙精密机电有限公司"
    titles = [item.get_title() for item in document.get_toc()]
    assert titles[:2] == ["摘要", "1  主体身份"] and titles[-2:] == ["来源清单", "关于本报告"]
    assert raw.FPDFCatalog_IsTagged(document.raw)
    assert b"/Lang(zh-CN)" in made["zh"].replace(b" ", b"")


def links(data: bytes) -> list[tuple[int, int]]:
    """(page of the link, page that it leads to) of every link within the document."""
    document = pypdfium2.PdfDocument(data)
    found = []
    for number, page in enumerate(document):
        place, link = c_int(0), raw.FPDF_LINK()
        while raw.FPDFLink_Enumerate(page.raw, byref(place), byref(link)):
            target = raw.FPDFLink_GetDest(document.raw, link)
            if target:
                found.append((number, raw.FPDFDest_GetDestPageIndex(document.raw, target)))
    return found


def test_citations_and_sources_are_linked_both_ways(made: dict[str, bytes]) -> None:
    for data in made.values():
        texts = pages(data)
        first_source = next(
            number for number, text in enumerate(texts) if text.startswith(("来源清单", "Sources"))
        )
        forth = [pair for pair in links(data) if pair[0] < first_source <= pair[1]]
        back = [pair for pair in links(data) if pair[1] < first_source <= pair[0]]
        cited = sum(
            len(item["evidence"]) for section in sample("en")["sections"] for item in section["findings"]
        )
        assert len(forth) >= cited and len(back) == cited + 2 + 6  # two in the conflict, six behind pictures


def test_web_addresses_can_be_followed(made: dict[str, bytes]) -> None:
    document = pypdfium2.PdfDocument(made["en"])
    addresses = []
    for page in document:
        place, link = c_int(0), raw.FPDF_LINK()
        while raw.FPDFLink_Enumerate(page.raw, byref(place), byref(link)):
            action = raw.FPDFLink_GetAction(link)
            size = raw.FPDFAction_GetURIPath(document.raw, action, None, 0) if action else 0
            if size:
                held = create_string_buffer(size)
                raw.FPDFAction_GetURIPath(document.raw, action, held, size)
                addresses.append(held.value.decode())
    assert set(addresses) == {"https://news.example.cn/2026/11/19/2.html"}


def test_the_same_check_gives_the_same_bytes(reports: Reports, made: dict[str, bytes]) -> None:
    assert reports.render_pdf(sample("zh"), "zh") == made["zh"]
    later = sample("zh") | {"made_at": "2026-11-29T09:30:00+00:00"}
    assert reports.render_pdf(later, "zh") != made["zh"]


def test_the_page_and_the_pdf_say_the_same(reports: Reports, made: dict[str, bytes]) -> None:
    whole = "".join(pages(made["en"]))
    for section in sample("en")["sections"]:
        for finding in section["findings"]:
            assert re.sub(r"\s+", "", finding["text"]) in whole


def test_an_empty_check_is_still_a_document(reports: Reports) -> None:
    check: dict[str, Any] = sample("en")
    for section in check["sections"]:
        section.update(findings=[], conflicts=[], freshness_days=None)
    check.update(missing=[], requests=[], evidence=[], figures={}, earlier=None, code=None)
    assert "Therearenosources." in "".join(pages(reports.render_pdf(check, "en")))


def test_without_a_chinese_font_one_sentence_says_what_to_do() -> None:
    with pytest.raises(
        FontMissing, match=r"install the package pylopdf-fonts-zh-cn .*or take the HTML report"
    ):
        require_chinese(["Libertinus Serif", "DejaVu Sans"], "en")
    require_chinese(["Microsoft YaHei"], "en")


def test_a_file_name_that_any_system_takes() -> None:
    assert file_name(sample("zh"), "pdf") == "C-1024-B-12-2026-11-28.pdf"
    assert file_name(sample("zh") | {"code": "../../x y"}, "html") == "C-1024-xy-2026-11-28.html"
