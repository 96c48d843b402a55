"""The small words of a report: texts cut to length, tiers and dates in words (措辞)."""

from __future__ import annotations

import re

from bot.assistant.wording import Wording
from bot.reports.scales import figure
from bot.reports.texts import clean, shortened
from prompts.phrasebook import Phrasebook

#: How many characters of a code, a name, a statement, a value and a quotation are shown.
CODE, NAME, STATEMENT, VALUE, QUOTE = 60, 160, 800, 300, 500

_CURRENCY = re.compile(r"[A-Z]{3}")


class Phrasing:
    """Says the values of a check in one language."""

    def __init__(self, words: Phrasebook) -> None:
        self.words, self.wording = words, Wording(words)

    def short(self, text: object, limit: int) -> str:
        """What others wrote, on one line and not endless."""
        return shortened(clean(text), limit, self.words)

    def value(self, text: object) -> str:
        """What a source says; an amount with its currency as people write it."""
        said = self.short(text, VALUE)
        amount, _, currency = said.rpartition(" ")
        if _CURRENCY.fullmatch(currency) and (value := figure(amount)) is not None:
            return self.wording.money(value, currency)
        return said

    def tier(self, tier: object) -> str:
        """How far a source is trusted."""
        return self.words.get(f"labels.tier.{tier}", self.words["labels.tier.unknown"])

    def date(self, day: object) -> str:
        """A date as exact as it is known; what is no date stays as it is."""
        if not day:
            return self.words["reports.undated"]
        try:
            return self.wording.date(str(day)[:10])
        except ValueError:
            return self.short(day, 40)
