"""A source opened: the quote in its place, who says so and of when (打开来源)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.views.answer import kind_of, place_of
from bot.slack.views.limits import MODAL_TITLE, SECTION_TEXT, cut, escape
from prompts.phrasebook import Phrasebook


def source_modal(
    item: Mapping[str, Any], number: int, around: tuple[str, str], phrases: Phrasebook
) -> dict[str, Any]:
    """The modal that shows a piece of evidence; `around` is the text before and after the quote, where there is any."""
    facts = [(phrases["slack.source.kind"], kind_of(item, phrases))]
    facts += [
        (phrases[f"slack.source.{key}"], escape(cut(str(item[key]), 300)))
        for key in ("title", "source", "date", "customer")
        if item.get(key)
    ]
    facts.append((phrases["slack.source.tier"], phrases[f"slack.tier.{item['tier']}"]))
    if place := place_of(item.get("locator") or {}, phrases):
        facts.append((phrases["slack.source.place"], place))
    url = str(item.get("url") or "")
    if url.startswith(("https://", "http://")):
        facts.append((phrases["slack.source.url"], escape(cut(url, 500))))
    before, after = around
    calculation = item.get("calculation")
    shown = _worked(calculation) if calculation else _quoted(str(item["quote"]))
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": cut(shown, SECTION_TEXT)}}
    ]
    if before or after:
        there = f"{escape(before[-600:])} *⟦…⟧* {escape(after[:600])}"
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": cut(there, SECTION_TEXT)}]})
    blocks.append({"type": "divider"})
    lines = "\n".join(f"*{name}:* {value}" for name, value in facts)
    blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": cut(lines, SECTION_TEXT)}})
    return {
        "type": "modal",
        "title": {
            "type": "plain_text",
            "text": cut(phrases.say("slack.source.heading", number=number), MODAL_TITLE),
        },
        "close": {"type": "plain_text", "text": phrases["slack.source.close"]},
        "blocks": blocks,
    }


def notice_modal(text: str, phrases: Phrasebook) -> dict[str, Any]:
    """A modal that says one sentence: why something cannot be shown."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": phrases["slack.notice.heading"]},
        "close": {"type": "plain_text", "text": phrases["slack.source.close"]},
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": cut(escape(text), SECTION_TEXT)}}],
    }


def _quoted(text: str) -> str:
    return "\n".join("> " + escape(line) for line in text.split("\n"))


def _worked(calculation: Mapping[str, Any]) -> str:
    lines = [f"`{escape(str(calculation['formula']))}`"]
    lines += [
        f"• {escape(str(part['name']))} = {escape(str(part['value']))}" for part in calculation["inputs"][:20]
    ]
    lines.append(f"= *{escape(str(calculation['result']))}* {escape(str(calculation['unit']))}")
    return "\n".join(lines)
