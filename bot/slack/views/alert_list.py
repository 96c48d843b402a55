"""Alerts one below the other, a line and a button each, for the list and the digest (预警清单)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack.identifiers import Pointer
from bot.slack.views.alert import SIGNS, AlertCard, state_line
from bot.slack.views.forms import plain, small, words
from bot.slack.views.limits import BUTTON_TEXT, HEADER_TEXT, cut, escape
from prompts.phrasebook import Phrasebook

#: Alerts that a list or a digest names one by one; the count names the rest.
LINES = 15


def alert_list(cards: Sequence[AlertCard], count: int, phrases: Phrasebook) -> dict[str, Any]:
    """The open alerts, a line and a button each; `count` is how many there are in all."""
    heading = phrases["slack_alerts.list.heading"]
    blocks: list[dict[str, Any]] = [{"type": "header", "text": plain(heading, HEADER_TEXT)}]
    if not cards:
        blocks.append(words(phrases["slack_alerts.list.none"]))
    blocks += alert_lines(cards, count, phrases)
    return {"text": heading if cards else phrases["slack_alerts.list.none"], "blocks": blocks}


def alert_lines(cards: Sequence[AlertCard], count: int, phrases: Phrasebook) -> list[dict[str, Any]]:
    """A line with a button that shows it for each alert, and how many more there are."""
    blocks: list[dict[str, Any]] = []
    for number, card in enumerate(cards[:LINES], start=1):
        line = phrases.say(
            "slack_alerts.list.line",
            sign=SIGNS.get(card.severity, ""),
            code=card.code,
            name=escape(cut(card.customer, 90)),
            what=escape(cut(card.what, 300)),
            state=state_line(card, phrases),
        )
        button = {
            "type": "button",
            "action_id": f"alert_show:{number}",
            "text": plain(phrases.say("slack_alerts.list.show", code=card.code), BUTTON_TEXT),
            "value": Pointer(card.code, 0, "show").pack(),
        }
        blocks.append(words(line) | {"accessory": button})
    if count > len(blocks):
        blocks.append(small(phrases.say("slack_alerts.list.more", count=count - len(blocks))))
    return blocks
