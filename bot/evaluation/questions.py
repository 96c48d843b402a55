"""Question files (题目文件): lines of JSON become questions with gold; what cannot be asked is set aside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.evaluation.errors import LineUnusable
from bot.evaluation.gold import Gold, read_gold
from knowledge.sources.records import parse
from store.canonical import mend
from store.dates import PartialDate

#: Keys that a line may have; others are somebody's notes and are left alone.
_TEXTS = ("as", "in", "conversation", "phase")
#: A line that is longer is no question.
LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a file with what a right answer holds."""

    line: int
    id: Any
    text: str
    gold: Gold
    who: str = "sales"
    place: str = "private"
    conversation: str = ""
    as_of: PartialDate | None = None
    known_at: datetime | None = None
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Aside:
    """A line that could not be used, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class QuestionFile:
    """The usable lines in order, and those set aside."""

    questions: list[Asked] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)


def read_questions(lines: Iterable[bytes]) -> QuestionFile:
    """Read a question file; a broken line is set aside and the others go on."""
    found = QuestionFile()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.questions.append(read_question(number, line))
        except ValueError as wrong:
            found.aside.append(Aside(number, str(wrong)))
        except LineUnusable as wrong:
            found.aside.append(Aside(number, str(wrong)))
    return found


def read_question(number: int, line: bytes) -> Asked:
    """One line; raises LineUnusable or ValueError that says what is wrong with it."""
    if len(line) > LONGEST:
        raise LineUnusable(f"the line is longer than {LONGEST:,} bytes")
    given = parse(line)
    text = given.get("question")
    if not isinstance(text, str):
        raise LineUnusable("there is no “question”")
    for key in _TEXTS:
        if not isinstance(given.get(key) or "", str):
            raise LineUnusable(f"“{key}” is no text")
    day = given.get("as_of")
    return Asked(
        line=number,
        id=given.get("id", number),
        text=mend(text),
        gold=read_gold(given.get("gold")),
        who=given.get("as") or "sales",
        place=given.get("in") or "private",
        conversation=given.get("conversation") or "",
        as_of=PartialDate.parse(str(day)) if day else None,
        known_at=_instant(given.get("known_at")),
        phase=given.get("phase") or "",
    )


def _instant(value: Any) -> datetime | None:
    """A moment with zone; a day alone means its end, in UTC."""
    if not value:
        return None
    text = str(value).strip()
    if len(text) == 10:
        text += "T23:59:59.999999+00:00"
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise LineUnusable(f"“{value}” is not a moment; write 2026-03-31 or 2026-03-31T12:00:00Z") from None
