"""Which customer somebody means, for a shortcut, a command or a select (客户查找)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.library import Library
    from knowledge.names.directory import Choice

#: What may stand beside a name without saying anything.
_NOTHING = re.compile(r"(?i)[\W_]+|\b(the|company|firm|customer|client)\b|这家|公司|客户|企业")
#: Customers that are offered to choose from.
OFFERED = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer that may be meant, by its legal name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """The one customer that is meant, or those that may be, best first."""

    one: Candidate | None = None
    several: tuple[Candidate, ...] = ()


class Finder:
    """Finds customers in words; safe to use from many threads."""

    def __init__(self, library: Callable[[], Library]) -> None:
        self._library = library

    def find(self, text: str) -> Found:
        """The customer that the words mean; a guess is never taken for certain."""
        from knowledge.names.resolution import Kind

        found = self._library().resolve(text)
        if found.kind is Kind.ONE and found.match is not None:
            return Found(one=self._candidate(found.match))
        return Found(several=tuple(map(self._candidate, found.candidates[:OFFERED])))

    def named(self, text: str) -> Found | None:
        """The customer, or those of one name, when the words are a name and nothing else; None when they are more."""
        from knowledge.names.resolution import Kind

        library = self._library()
        found = library.resolve(text)
        if found.kind is Kind.ONE and found.match is not None:
            start, end = found.span or (0, len(text))
            beside = _NOTHING.sub("", text[:start] + " " + text[end:])
            return None if beside else Found(one=self._candidate(found.match))
        if found.kind is Kind.AMBIGUOUS:
            mentions = library.names().mentions.find(text)
            if any(not _NOTHING.sub("", text[: each.start] + " " + text[each.end :]) for each in mentions):
                return Found(several=tuple(map(self._candidate, found.candidates[:OFFERED])))
        return None

    def suggest(self, typed: str) -> tuple[Candidate, ...]:
        """The customers whose names hold what was typed so far, then those that are like it; all for nothing."""
        from knowledge.names.keys import fold

        wanted = fold(typed.strip())
        legal = self._library().names().legal
        known = sorted(
            (Candidate(each.code, each.name) for each in legal.values()),
            key=lambda each: (not fold(each.name).startswith(wanted), int(each.code.removeprefix("C-"))),
        )
        holding = [each for each in known if wanted in fold(each.name) or wanted == fold(each.code)]
        if wanted:
            found = self.find(typed)
            like = [*([found.one] if found.one else []), *found.several]
            holding += [each for each in like if each not in holding]
        return tuple(holding[:OFFERED])

    def _candidate(self, choice: Choice) -> Candidate:
        legal = self._library().names().legal[choice.customer_id]
        return Candidate(legal.code, legal.name)
