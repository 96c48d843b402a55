"""The report as PDF (背调报告PDF): typeset with Typst from data, so that no text of others is ever markup.

The text can be searched and copied, citations and sources link to each other, the file keeps PDF/UA-1 (tags for
screen readers, bookmarks, title, language, a text for each picture). The same check gives the same bytes: the
moment in the file is the check's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bot.reports.content import ORDER, Report
from bot.reports.drawings.ink import STATUS
from bot.reports.illustrations import drawn_from, illustrate
from bot.reports.texts import breakable
from bot.reports.typesetting import typeset
from prompts.phrasebook import Phrasebook

if TYPE_CHECKING:
    from typst import PDFStandard

#: What the template says, by table of `reports.*.toml`.
_PHRASES = {
    "about": "title status numbers completeness",
    "body": "contents date impact likelihood no_findings none_proposed not_proposed points proposal proposed source "
    "statement tier value",
    "changes": "title after before gone new what where",
    "cover": "brand confidential kind status",
    "list": "title cited_by drawn_in inputs lead none uncited used_in",
    "matrix": "title lead none",
    "missing": "title lead none requests what",
    "status": "pass warn fail unknown",
    "summary": "title completeness findings freshness no_worst result section sources worst",
}
_WITH_VALUES = {
    "body.rated": ("likelihood", "impact"),
    "body.conflict": ("attribute",),
    "page.number": ("number", "total"),
}


def write_pdf(report: Report, words: Phrasebook) -> bytes:
    """The bytes of the document; raises `FontMissing` when there is no font for Chinese."""
    from typst import TypstError

    try:
        return _typeset(report, words, standards=["ua-1"])
    except TypstError as wrong:
        # The accessible standard forbids a sign that no font at hand has; the document matters more than the seal.
        if "could not be displayed" not in str(wrong):
            raise
        return _typeset(report, words, standards=[])


def _typeset(report: Report, words: Phrasebook, *, standards: list[PDFStandard]) -> bytes:
    template = files("bot.reports").joinpath("report.typ").read_bytes()
    moment = int(report.stamp.timestamp())
    given = _given(report, words)
    return typeset(template, given, language=report.language, form="pdf", moment=moment, standards=standards)


def _given(report: Report, words: Phrasebook) -> dict[str, Any]:
    """What the template reads."""
    content = _breakable(
        {
            key: value
            for key, value in asdict(report).items()
            if key not in ("figures", "evidence", "numbers", "stamp")
        }
    )
    for source, shown in zip(report.sources, content["sources"], strict=True):
        # An id is copied to be looked up: nothing may be added to it.
        shown["ref"] = source.ref
        shown["url"], shown["address"] = source.url, breakable(source.url or "")
    drawn = illustrate(report, words, linked=False)
    behind = drawn_from(drawn)
    for shown in content["sources"]:
        shown["drawn_in"] = [[item.anchor, item.title] for item in behind.get(shown["number"], [])]
    pictures = [_breakable(asdict(item)) | {"svg": str(item.svg)} for item in drawn]
    return {
        "report": content,
        "pictures": pictures,
        "changes": _changes(report, words),
        "order": ORDER,
        "status": {
            status: {"mark": mark, "colour": colour, "ground": ground}
            for status, (mark, colour, ground) in STATUS.items()
        },
        "stamp": [report.stamp.year, report.stamp.month, report.stamp.day],
        "words": _phrases(words),
    }


def _phrases(words: Phrasebook) -> dict[str, str]:
    """The phrases of the template; where one takes values, the template puts them in by name."""
    keys = [f"{table}.{key}" for table, names in _PHRASES.items() for key in names.split()]
    said = {key: words[f"reports.{key}"] for key in (*keys, "comma", "no_source")}
    for key, names in _WITH_VALUES.items():
        said[key] = words.say(f"reports.{key}", **{name: f"{{{name}}}" for name in names})
    return said


def _changes(report: Report, words: Phrasebook) -> str:
    if report.earlier is None:
        return words["reports.changes.first"]
    code, at = report.earlier
    return words.say(f"reports.changes.{'lead' if report.changes else 'none'}", code=code, at=at)


def _breakable(value: Any) -> Any:
    """Every text within, with places to break."""
    if isinstance(value, str):
        return breakable(value)
    if isinstance(value, Mapping):
        return {key: _breakable(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_breakable(item) for item in value]
    return value
