"""One source of a report as it is listed: who says so, where, in which words, or how it was calculated (来源条目)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.reports.columns import Columns
from bot.reports.content import Source, Worked
from bot.reports.phrasing import CODE, NAME, QUOTE, VALUE, Phrasing
from bot.reports.scales import figure
from bot.reports.texts import clean, clean_lines, shortened

_LINES = 14
_INPUTS = 12
_CURRENCY = re.compile(r"[A-Z]{3}")


class Sourcing:
    """Lists sources in one language; `numbers` are the numbers of the evidence by its ids."""

    def __init__(self, say: Phrasing, numbers: Mapping[str, int]) -> None:
        self.say, self.words, self.wording, self.numbers = say, say.words, say.wording, numbers
        self.columns = Columns(say.words)

    def source(
        self, number: int, item: Mapping[str, Any], cited_by: tuple[str, ...], used_in: tuple[int, ...]
    ) -> Source:
        """The entry; `cited_by` and `used_in` are the ways back from it."""
        words = self.words
        url = clean(item.get("url") or "")
        kind = str(item.get("kind") or "")
        return Source(
            number=number,
            kind=words.get(f"reports.kind.{kind}", self.say.short(kind, CODE)),
            title=self.say.short(item.get("title") or "", NAME),
            source=self._origin(kind, item.get("source") or ""),
            tier=self.say.tier(item.get("tier")),
            date=self.say.date(item.get("date")),
            place=self._place(item.get("locator") or {}),
            quote=self._quote(str(item.get("quote") or ""), record=kind == "record"),
            url=url[:2000] if url.startswith(("https://", "http://")) else None,
            ref=self.say.short(item.get("ref") or item["id"], CODE),
            worked=self._worked(item["calculation"]) if item.get("calculation") else None,
            cited_by=cited_by,
            used_in=used_in,
        )

    def _worked(self, given: Mapping[str, Any]) -> Worked:
        return Worked(
            formula=self.columns.formula(self.say.short(given.get("formula") or "", VALUE)),
            inputs=tuple(
                (
                    self.columns.formula(self.say.short(part.get("name") or "", 60)),
                    self.columns.amount(self.say.short(part.get("value") or "", 60)),
                    self.numbers.get(str(part.get("evidence"))),
                )
                for part in list(given.get("inputs") or ())[:_INPUTS]
            ),
            result=self._result(given),
        )

    def _result(self, given: Mapping[str, Any]) -> str:
        """The result with its unit; money as people write it."""
        result, unit = (
            self.say.short(given.get("result") or "", CODE),
            self.say.short(given.get("unit") or "", CODE),
        )
        if _CURRENCY.fullmatch(unit) and (amount := figure(result)) is not None:
            return self.wording.money(amount, unit)
        named = self.words.get(f"reports.unit.{unit.replace(' ', '_')}", unit)
        return f"{result} {named}".strip()

    def _origin(self, kind: str, source: object) -> str:
        """Who says so; our own calculations and searches say that they are ours."""
        named = self.say.short(source, NAME)
        if kind == "calculation":
            return self.words["reports.list.calculated"]
        if kind == "search":
            place = self.words.get(f"labels.place.{named}", named)
            return self.words.say("reports.list.searched", place=place)
        return named

    def _quote(self, text: str, *, record: bool) -> tuple[str, ...]:
        """The lines of a quotation; a record is one line, its columns named in the language of the report."""
        lines = list(clean_lines(text))
        if record:
            return (
                shortened(self.words["reports.names"].join(map(self.columns.line, lines)), QUOTE, self.words),
            )
        kept, room = [], QUOTE
        for line in lines[:_LINES]:
            if room <= 0:
                break
            kept.append(shortened(line, max(room, 40), self.words))
            room -= len(line)
        if len(kept) < len(lines):
            kept.append(self.words.say("reports.more_lines", number=len(lines) - len(kept)))
        return tuple(kept)

    def _place(self, locator: Mapping[str, Any]) -> str:
        parts = [
            self.words.say(f"reports.place.{key}", value=self.say.short(value, 80))
            for key, value in locator.items()
            if f"reports.place.{key}" in self.words and value not in (None, "")
        ]
        return self.words["reports.comma"].join(parts)
