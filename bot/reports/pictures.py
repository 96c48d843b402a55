"""Single pictures of a check as PNG, for messages (图表图片): the drawings of the report, by the same typesetter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.reports.composing import compose
from bot.reports.illustrations import illustrate
from bot.reports.typesetting import typeset
from prompts.phrasebook import Phrasebook

#: What can be drawn: revenue and profit by year, days late by month, the ownership graph, the risk matrix.
KINDS = ("trend", "payments", "owners", "matrix")
_DOTS_PER_INCH = 160.0
_TEMPLATE = b"""
#set page(width: 172mm, height: auto, margin: 5mm, fill: white)
#let given = json(bytes(sys.inputs.data))
#set document(title: given.title)
#set text(font: ("Source Sans Pro", "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC"), size: 10pt)
#block(below: 3mm, given.title)
#image(bytes(given.svg), format: "svg", width: 100%, alt: given.title)
"""


def render_png(kind: str, check: Mapping[str, Any], language: str) -> bytes | None:
    """The picture of this kind, about 1,080 dots wide; None when the check has no figures for it.

    Of several currencies the one with most months is drawn. Raises ValueError for a kind that is none of `KINDS`.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no picture “{kind}”; use one of {', '.join(KINDS)}")
    words = Phrasebook.nearest(language)
    drawn = illustrate(compose(check, words), words, linked=False)
    found = next((item for item in drawn if item.kind == kind), None)
    if found is None:
        return None
    given = {"title": found.title, "svg": str(found.svg)}
    return typeset(_TEMPLATE, given, language=words.language, form="png", dots_per_inch=_DOTS_PER_INCH)


def describe_picture(kind: str, check: Mapping[str, Any], language: str) -> str | None:
    """What the picture shows in a sentence or two, for those who do not see it (alt text); None without figures."""
    words = Phrasebook.nearest(language)
    drawn = illustrate(compose(check, words), words, linked=False)
    return next((f"{item.title}. {item.description}" for item in drawn if item.kind == kind), None)
