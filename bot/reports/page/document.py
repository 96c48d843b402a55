"""The whole page: cover, summary, contents, chapters.

The page forbids itself every request (Content-Security-Policy) and has no script. A citation leads to its source
and the source back to each statement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files

from bot.reports.content import Report, Section, Statement
from bot.reports.illustrations import Picture, illustrate
from bot.reports.markup import Markup, element, join
from bot.reports.page import chapters
from bot.reports.page.pen import Pen
from bot.reports.page.sources import sources
from prompts.phrasebook import Phrasebook

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_LANGUAGES = {"zh": "zh-CN", "en": "en"}
#: Chapters after the sections: the anchor, and the table of phrases that has the title.
_CHAPTERS = (
    ("matrix", "matrix"),
    ("changes", "changes"),
    ("missing", "missing"),
    ("sources", "list"),
    ("about", "about"),
)


def write_page(report: Report, words: Phrasebook) -> str:
    """The document as text."""
    pen = Pen(words)
    pictures = illustrate(report, words, linked=True)
    body = element(
        "body",
        element("a", pen.say("page.skip"), class_="skip", href="#summary"),
        _cover(report, pen),
        element(
            "main",
            _summary(report, pictures, pen),
            _contents(report, pen),
            [chapters.section(item, pictures, pen) for item in report.sections],
            chapters.matrix(report, pen),
            chapters.changes(report, pen),
            chapters.missing(report, pen),
            sources(report, pictures, pen),
            chapters.about(pen),
        ),
        element(
            "footer",
            element("p", " · ".join(part for part in (report.customer, report.code, report.day) if part)),
            element("p", pen.say("cover.confidential")),
        ),
    )
    whole = element("html", _head(report, pen), body, lang=_LANGUAGES[report.language])
    return f"<!DOCTYPE html>\n{whole}\n"


def _head(report: Report, pen: Pen) -> Markup:
    sheet = files("bot.reports.page").joinpath("report.css").read_text(encoding="utf-8")
    # The running foot of printed pages is a string of the style sheet: only letters, figures and plain signs.
    foot = re.sub(r"[^\w.,: -]", "", f"{report.customer}  {report.code}  {report.day}")
    sheet += f'@page{{@bottom-left{{content:"{foot}"}}}}'
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="robots", content="noindex, nofollow, noarchive"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="generator", content="Bonafide"),
        element("title", f"{pen.say('cover.kind')} · {report.name}"),
        element("style", Markup(sheet)),
    )


def _cover(report: Report, pen: Pen) -> Markup:
    facts = [
        element("div", element("dt", name), element("dd", element("bdi", value)))
        for name, value in report.facts
    ]
    return element(
        "header",
        element(
            "p",
            element("span", pen.say("cover.brand")),
            element("span", pen.say("cover.kind")),
            class_="brand",
        ),
        element("h1", element("bdi", report.name)),
        element(
            "div",
            element("p", pen.say("cover.status"), class_="label"),
            element("p", pen.status(report.status), class_="overall"),
            element("p", report.verdict, class_="verdict"),
            class_=f"result {report.status}",
        ),
        element("dl", facts, class_="facts"),
        element("p", pen.say("cover.confidential"), class_="confidential"),
        class_="cover",
    )


def _summary(report: Report, pictures: Sequence[Picture], pen: Pen) -> Markup:
    """One page: the six sections, what weighs most, the matrix, what else there is to see."""
    heads = pen.heads("summary", "section result completeness freshness sources findings")
    parts: list[Markup] = [
        pen.table(heads, [_line(item, pen) for item in report.sections], class_="summary"),
        element("h3", pen.say("summary.worst")),
    ]
    if report.worst:
        parts.append(element("ul", [_worst(item, pen) for item in report.worst], class_="statements brief"))
    else:
        parts.append(element("p", pen.say("summary.no_worst")))
    for item in pictures:
        if item.kind == "matrix":
            parts += [element("h3", item.title), element("figure", item.svg, class_="matrix")]
    if report.notes:
        notes = [element("li", element("a", said, href=f"#{anchor}")) for anchor, said in report.notes]
        parts.append(element("ul", notes, class_="notes"))
    parts += _worded(report, pen)
    return pen.chapter("summary", pen.say("summary.title"), *parts)


def _worded(report: Report, pen: Pen) -> list[Markup]:
    """The paragraph of a model under the summary, with the numbers of its findings and whose words they are."""
    if report.worded is None:
        return []
    said = [
        element("span", f"{text} ", join([pen.number(number) for number in numbers], " "), " ")
        for text, numbers in report.worded.sentences
    ]
    return [
        element("h3", report.worded.title),
        element("p", said, class_="worded"),
        element("p", report.worded.note, class_="quiet"),
    ]


def _line(item: Section, pen: Pen) -> Markup:
    name = element("a", f"{item.number}  {item.title}", href=f"#section-{item.number}")
    return element(
        "tr",
        element("th", name, scope="row"),
        element("td", pen.status(item.status)),
        element("td", pen.meter(item.completeness)),
        element("td", item.freshness),
        element("td", item.sources, class_="figure"),
        element("td", pen.counts(item.counts)),
    )


def _worst(item: Statement, pen: Pen) -> Markup:
    said = element("p", item.brief, pen.cites(item.cites))
    return element("li", pen.number(item.number), pen.status(item.status), said, class_=item.status)


def _contents(report: Report, pen: Pen) -> Markup:
    entries = [(f"section-{item.number}", f"{item.number}  {item.title}") for item in report.sections]
    entries += [(anchor, pen.say(f"{table}.title")) for anchor, table in _CHAPTERS]
    title = pen.say("body.contents")
    listed = [element("li", element("a", name, href=f"#{anchor}")) for anchor, name in entries]
    return element("nav", element("h2", title), element("ol", listed), aria_label=title)
