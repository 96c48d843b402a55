"""The daily digest of alerts, in a direct message (每日摘要): what came, what is open, what ended; worst first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack.views.alert import AlertCard, headline
from bot.slack.views.alert_list import alert_lines
from bot.slack.views.forms import plain, words
from bot.slack.views.limits import FALLBACK_TEXT, HEADER_TEXT, cut, escape
from prompts.phrasebook import Phrasebook


def digest_message(
    day: str, new: int, closed: int, still_open: Sequence[AlertCard], count: int, phrases: Phrasebook
) -> dict[str, Any]:
    """The digest of a day: how many are new and ended since the last, and those that are open, `count` in all."""
    heading = phrases.say("slack_alerts.digest.heading", date=day)
    told = [
        phrases.count(f"slack_alerts.digest.{word}", number)
        for word, number in (("new", new), ("open", count), ("closed", closed))
    ]
    summary = " · ".join(told) if new or count or closed else phrases["slack_alerts.digest.none"]
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": plain(heading, HEADER_TEXT)},
        words(summary),
    ]
    blocks += alert_lines(still_open, count, phrases)
    worst = f"\n{escape(headline(still_open[0], phrases))}" if still_open else ""
    return {"text": cut(f"{heading}: {summary}{worst}", FALLBACK_TEXT), "blocks": blocks}
