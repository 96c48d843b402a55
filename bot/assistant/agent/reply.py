"""The answer as a model gives it (作答格式): statements with evidence ids, what is missing, who is to be chosen.

Nothing of it is text without evidence: what is missing is a customer and a part, worded by us; a question back is a
list of customers.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel, Field, create_model

from bot.assistant.agent.bench import Bench
from bot.assistant.agent.material import PARTS
from bot.assistant.answer import Clarification, Option
from bot.assistant.draft import Draft, Line, LineKind, note
from bot.assistant.wording import Wording
from prompts.phrasebook import Phrasebook
from store.evidence import Evidence

#: Statements of one answer, characters of one, and pieces of evidence that one may name.
_STATEMENTS, _CHARACTERS, _CITED = 24, 700, 12


class Statement(BaseModel):
    """One sentence and what it stands on."""

    text: str = Field(min_length=1, max_length=_CHARACTERS)
    evidence: list[str] = Field(min_length=1, max_length=_CITED)


class Missing(BaseModel):
    """A part of a customer's file in which the answer was looked for and is not."""

    customer: str = Field(max_length=20)
    part: str = Field(max_length=20)


@cache
def reply_schema(language: str) -> type[BaseModel]:
    """The form of an answer, described in this language."""
    book = Phrasebook(language)
    fields: dict[str, Any] = {
        "statements": (
            list[Statement],
            Field(default_factory=list, max_length=_STATEMENTS, description=book["tools.arg.statements"]),
        ),
        "missing": (
            list[Missing],
            Field(default_factory=list, max_length=12, description=book["tools.arg.missing"]),
        ),
        "which": (
            list[str],
            Field(default_factory=list, max_length=8, description=book["tools.arg.which"]),
        ),
    }
    return create_model("Reply", __doc__=book["tools.about.reply"], **fields)


def draft_of(reply: Any, bench: Bench) -> tuple[Draft, int]:
    """The draft that a reply makes, before the guard, and how many statements cite what was never shown."""
    lines: list[Line] = []
    unread = 0
    for number, statement in enumerate(reply.statements):
        cited = [bench.shown.get(local.strip().strip("[]").lower()) for local in statement.evidence]
        if any(item is None for item in cited):
            unread += 1
            continue
        evidence: tuple[Evidence, ...] = tuple({item.id: item for item in cited if item is not None}.values())
        kind = LineKind.LEAD if number == 0 or len(reply.statements) == 1 else LineKind.BULLET
        lines.append(Line(kind, bench.mask.show(statement.text).strip(), evidence))
    notes, unknown = _missing(reply.missing, bench)
    return Draft(tuple(lines + notes), unknown, _which(reply.which, bench)), unread


def _missing(missing: list[Missing], bench: Bench) -> tuple[list[Line], tuple[str, ...]]:
    """What was looked for in vain, in our words; a part that was never looked at says nothing."""
    words = Wording(bench.book)
    notes: list[Line] = []
    unknown: list[str] = []
    directory = bench.tools.sources.directory()
    for one in missing:
        part, named = one.part.strip().lower(), directory.by_code(one.customer.strip().upper())
        if named is None or part not in PARTS or (named.code, part) not in bench.looked:
            continue
        label = bench.part_label(part)
        unknown.append(bench.book.say("agent.missing", what=label, name=named.name))
        looked = bench.tools.nothing(part, label, customer=named.code)
        until = words.date(bench.tools.today)
        notes.append(note(bench.book.say("answers.missing.looked", where=label, date=until), looked))
    return notes, tuple(dict.fromkeys(unknown))


def _which(codes: list[str], bench: Bench) -> Clarification | None:
    directory = bench.tools.sources.directory()
    named = [one for code in codes if (one := directory.by_code(code.strip().upper())) is not None]
    seen = [one for one in dict.fromkeys(named) if bench.tools.dossier(one) is not None]
    if len(seen) < 2:
        return None
    options = tuple(
        Option(bench.book.say("answers.clarify.option", name=one.name, code=one.code), one.code)
        for one in seen
    )
    return Clarification(bench.book["agent.which"], options)
