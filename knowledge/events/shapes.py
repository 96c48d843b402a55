"""What the classifier gives out: an article's verdict and its events, each with its words and its place."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from store.dates import PartialDate

Severity = Literal["info", "warn", "high"]
Status = Literal["alleged", "confirmed", "denied", "resolved"]
Role = Literal["subject", "counterparty", "mentioned"]
Part = Literal["title", "text"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word by which an event was recognised, at its place in the title or the text."""

    text: str
    part: Part
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Event:
    """One matter that a text tells; `score` is how sure it is that it is adverse to the subject, 0 to 1.

    `quote` is the sentence, an exact stretch of the title or the text from `start`.
    """

    kind: str
    severity: Severity
    status: Status
    role: Role
    subject: str | None
    words: tuple[Word, ...]
    part: Part
    start: int
    quote: str
    score: float
    happened_on: PartialDate | None = None
    amount: Decimal | None = None
    currency: str | None = None

    @property
    def end(self) -> int:
        """Where the quote ends."""
        return self.start + len(self.quote)


@dataclass(frozen=True, slots=True)
class Classified:
    """The verdict on one text about one subject; events are sorted, the surest first."""

    adverse: bool
    score: float
    events: tuple[Event, ...] = ()
