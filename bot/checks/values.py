"""Values of findings and alerts in words: money, shares, days, labels, each with its type at its head (值的表述)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.assistant.wording import Wording
from prompts.phrasebook import Phrasebook


def worded(values: Mapping[str, Any], book: Phrasebook, words: Wording) -> dict[str, str]:
    """Typed values in words, as findings and alerts keep them."""
    return {name: _value(value, book, words) for name, value in values.items()}


def _value(value: list[str], book: Phrasebook, words: Wording) -> str:
    kind, rest = value[0], value[1:]
    match kind:
        case "money":
            return words.money(Decimal(rest[0]), rest[1])
        case "percent":
            return words.percent(Decimal(rest[0]), 1)
        case "change":
            value = Decimal(rest[0])
            return ("+" if value > 0 else "") + words.percent(value, 1)
        case "pace":
            late = Decimal(rest[0])
            if late > 0:
                return book.say("checks.payments.pace_late", days=words.days(late))
            if late < 0:
                return book.say("checks.payments.pace_early", days=words.days(-late))
            return book["checks.payments.pace_on_time"]
        case "number":
            return words.number(Decimal(rest[0]))
        case "ratio":
            return words.ratio(Decimal(rest[0]))
        case "days":
            return words.days(Decimal(rest[0]))
        case "date":
            return words.date(rest[0])
        case "label":
            return _label(rest[0], book)
        case "aged":
            amount = words.money(Decimal(rest[2]), rest[3])
            if not rest[1]:
                return book.say("checks.payments.aged_open", first=rest[0], amount=amount)
            return book.say("checks.payments.aged_closed", first=rest[0], last=rest[1], amount=amount)
        case "list":
            return words.list([_value(item.split("\x1f"), book, words) for item in rest])
    return rest[0]


def _label(key: str, book: Phrasebook) -> str:
    for name in (f"checks.{key}", f"labels.{key}"):
        if name in book:
            return book[name]
    if key.startswith("event."):
        from knowledge.events.taxonomy import taxonomy

        kind = taxonomy().kinds.get(key.removeprefix("event."))
        if kind is not None:
            return kind.zh if book.language == "zh" else kind.en
    return key.rsplit(".", 1)[-1].replace("_", " ")
