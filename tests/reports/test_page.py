"""The page: every statement leads to its sources and back, and nothing comes from outside."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from tests.reports.sample import sample


def text_of(element: Any) -> str:
    return " ".join(element.text(separator=" ").split())


def citations(document: Any) -> dict[str, set[str]]:
    """Statement → the sources that it leads to."""
    found = {}
    for place in document.css("section ul.statements > li[id], div.conflict[id]"):
        found[place.attributes["id"]] = {link.attributes["href"][1:] for link in place.css(".cites a")}
    return found


def test_every_statement_leads_to_its_sources_and_every_source_back(page: Any, language: str) -> None:
    document = page(language)
    cited = citations(document)
    assert len(cited) == 20 and set(cited) >= {"statement-1.1", "statement-1.5", "statement-6.2"}
    back = {
        source.attributes["id"]: {
            link.attributes["href"][1:]
            for link in source.css(".trail a")
            if "statement" in link.attributes["href"]
        }
        for source in document.css("ol.sources > li")
    }
    assert len(back) == 24
    for statement, sources in cited.items():
        for source in sources:
            assert statement in back[source]
    for source, statements in back.items():
        for statement in statements:
            assert source in cited[statement]


def test_every_picture_of_figures_leads_to_its_sources_and_back(page: Any, language: str) -> None:
    document = page(language)
    forth = {
        (figure.attributes["id"], link.attributes["href"][1:])
        for figure in document.css("figure[id]")
        for link in figure.css("figcaption .cites a")
    }
    back = {
        (link.attributes["href"][1:], source.attributes["id"])
        for source in document.css("ol.sources > li")
        for link in source.css(".trail a")
        if "picture" in link.attributes["href"]
    }
    assert forth == back
    assert {source for picture, source in forth if picture == "picture-1"} == {"source-8", "source-9"}
    assert len({picture for picture, _ in forth}) == 3


def test_a_statement_without_source_says_so(page: Any) -> None:
    document = page("en")
    bare = {name for name, sources in citations(document).items() if not sources}
    assert bare == {"statement-6.1"}
    assert "(no source held)" in text_of(document.css_first('[id="statement-6.1"]'))


def test_every_link_within_the_page_arrives(page: Any, language: str) -> None:
    document = page(language)
    places = {place.attributes["id"] for place in document.css("[id]")}
    links = [link.attributes["href"] for link in document.css("a")]
    inner = [link[1:] for link in links if link.startswith("#")]
    assert len(inner) > 100 and set(inner) <= places
    assert len(places) == len(document.css("[id]"))


def test_a_calculation_names_the_sources_of_its_inputs(page: Any) -> None:
    document = page("en")
    growth = document.css_first('[id="source-10"]')
    assert "revenue_2025 = 691,000,000 [8]" in text_of(growth) and "= -17.9 %" in text_of(growth)
    ratio = text_of(document.css_first('[id="source-11"]'))
    assert (
        "current assets / current liabilities = 1.31" in ratio and "current assets = 412,000,000 [8]" in ratio
    )
    assert "used in calculation [10] [11] [12]" in text_of(document.css_first('[id="source-8"]'))


def test_records_are_quoted_in_words(page: Any) -> None:
    said = text_of(page("zh").css_first('[id="source-8"]'))
    assert "营业收入：691,000,000；净利润：-14,200,000；经审计：是" in said
    assert "状态：未结" in text_of(page("zh").css_first('[id="source-14"]'))


def test_nothing_is_loaded_from_outside(reports: Any, page: Any, language: str) -> None:
    document = page(language)
    assert not document.css("script, link, img, iframe, object, embed, base, form")
    outside = [
        link.attributes["href"] for link in document.css("a") if not link.attributes["href"].startswith("#")
    ]
    assert outside == ["https://news.example.cn/2026/11/19/2.html"]
    written = reports.render_html(sample(language), language)
    assert not re.search(r"url\(|@import|\bsrc=|\bon\w+=|javascript:", written)
    policy = document.css("meta[http-equiv='Content-Security-Policy']")[0].attributes["content"]
    assert "default-src 'none'" in policy


def test_both_languages_have_the_same_numbers(page: Any) -> None:
    chinese, english = page("zh"), page("en")
    assert citations(chinese) == citations(english)
    for selector in ("td.figure", ".meter", ".rated"):
        figures = [
            re.findall(r"\d+", " ".join(text_of(place) for place in document.css(selector)))
            for document in (chinese, english)
        ]
        assert figures[0] == figures[1] and figures[0]


def test_status_is_said_in_words(page: Any, language: str) -> None:
    document = page(language)
    words = {"zh": {"通过", "关注", "不通过", "未知"}, "en": {"Pass", "Attention", "Fail", "Unknown"}}[
        language
    ]
    for badge in document.css(".status"):
        mark, said = text_of(badge).split(" ", 1)
        assert mark in "●▲■○" and said in words


def test_headings_go_down_step_by_step(page: Any, language: str) -> None:
    levels = [int(head.tag[1]) for head in page(language).css("h1, h2, h3, h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_pictures_are_told_to_those_who_do_not_see_them(page: Any) -> None:
    document = page("en")
    said = {
        drawn.css_first("title").text(): drawn.css_first("desc").text()
        for drawn in document.css("svg[role=img]")
    }
    assert len(said) == 4
    assert "2025: 691 / −14.2" in said["Revenue and net profit, CNY m"]
    assert "Wang Jianguo 42%" in said["Ownership"]
    assert "5.1 at 4 × 4" in said["Risk matrix: likelihood × impact"]


def test_a_year_and_a_month_without_figures_are_gaps(page: Any) -> None:
    document = page("en")
    tables = document.css("details table")
    rows = [[text_of(cell) for cell in row.css("td")] for table in tables for row in table.css("tr")]
    assert ["2022", "no data", "no data"] in rows
    assert ["2026-02", "no data", "–"] in rows
    assert ["2026-01", "−2", "CNY 502,000"] in rows


def test_units_fit_the_language(page: Any) -> None:
    assert "营业收入与净利润（亿元）" in text_of(page("zh")) and "8.42" in text_of(page("zh"))
    assert "Revenue and net profit, CNY m" in text_of(page("en"))


def test_sources_that_disagree_stand_side_by_side_with_the_proposal(page: Any) -> None:
    conflict = page("zh").css_first('[id="statement-1.5"]')
    rows = [text_of(row) for row in conflict.css("tbody tr")]
    assert rows[0].startswith("宁波市海曙区望春工业园云林中路238号 [3]") and rows[0].endswith("建议采信")
    assert "[4]" in rows[1] and rows[1].endswith("不采信")
    assert "登记机关的可信度高于客户自述" in text_of(conflict)


def test_what_changed_leads_to_the_statement_of_today(page: Any) -> None:
    rows = [text_of(row) for row in page("en").css("#changes tbody tr")]
    assert rows[0] == "▲ Attention ■ Fail Payments went from 21.0 to 34.5 days late on average. [13] [14] 2.5"
    assert rows[1].startswith("new ■ Fail")


def test_the_cover_says_what_it_is_and_for_whom(page: Any) -> None:
    cover = text_of(page("zh").css("header")[0])
    for said in (
        "宁波海曙精密机电有限公司",
        "C-1024",
        "B-12",
        "lin.yue@example.com",
        "2026.3-4f2a91c0",
        "机密",
        "不通过",
    ):
        assert said in cover


def test_the_heaviest_findings_come_first(page: Any) -> None:
    worst = [text_of(item) for item in page("en").css("#summary ul.statements > li")]
    assert [item.split(" ", 1)[0] for item in worst] == ["5.1", "2.5", "2.4", "2.2", "4.1", "1.3"]


def test_a_check_that_found_nothing_is_still_a_report(page: Any, language: str) -> None:
    check = sample(language)
    for section in check["sections"]:
        section.update(
            findings=[], conflicts=[], status="unknown", freshness_days=None, sources=0, completeness=0
        )
    check.update(missing=[], requests=[], evidence=[], figures={}, earlier=None, code=None, status="unknown")
    document = page(language, check)
    assert not document.css("svg, ol.sources") and len(document.css(".standing")) == 6
    assert {"zh": "没有来源", "en": "There are no sources"}[language] in text_of(document)


def test_a_status_that_nobody_knows_is_no_pass(page: Any) -> None:
    check = sample("en")
    check["sections"][0]["findings"][0]["status"] = "excellent"
    assert "○ Unknown" in text_of(page("en", check).css_first('[id="statement-1.1"]'))
