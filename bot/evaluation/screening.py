"""How well screening finds one's own cases (名单筛查评测): what a threshold misses, and whom it takes wrongly.

A line of the file is somebody to screen: name, and perhaps kind, birth_date, nationality, country, identifiers;
`entry` says who on which list it is (`ofac:18782`, the list as it is called here), or is empty for somebody on no list.
Somebody listed counts with the score of their own entry, 0 where it was no candidate; somebody who is not listed with
the highest score of any entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.evaluation.errors import LineUnusable
from bot.evaluation.names import Pair, Scored
from bot.screening.errors import NothingToScreen
from bot.screening.matching import Roster
from bot.screening.subjects import Subject, named
from knowledge.names.comparison import NameKind

_GIVEN = ("kind", "birth_date", "nationality", "country")


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody to screen, and the (list, entry) that they are; None for somebody on no list."""

    line: int
    subject: Subject
    entry: tuple[str, str] | None


def read_case(line: int, row: Mapping[str, Any]) -> Case:
    """The case of a line; raises `LineUnusable`."""
    if "name" not in row or "entry" not in row:
        raise LineUnusable("name and entry are needed; entry is list:id, or empty for somebody on no list")
    given = {key: str(row[key]).strip() for key in _GIVEN if row.get(key) not in (None, "")}
    numbers = row.get("identifiers") or ()
    identifiers = numbers.split(";") if isinstance(numbers, str) else [str(each) for each in numbers]
    try:
        subject = named(str(row["name"] or ""), identifiers=identifiers, **given)
    except NothingToScreen as wrong:
        raise LineUnusable(str(wrong)) from None
    said = str(row["entry"] or "").strip()
    list_, _, entry = said.partition(":")
    if said and not (list_ and entry):
        raise LineUnusable(f"“{said[:40]}” is no entry; write list:id, such as ofac:18782")
    return Case(line, subject, (list_, entry) if said else None)


def score_cases(cases: Iterable[Case], roster: Roster) -> tuple[list[Scored], list[tuple[int, str]]]:
    """Every case with its score, and the lines whose entry stands on no list that is loaded."""
    scored: list[Scored] = []
    aside: list[tuple[int, str]] = []
    for case in cases:
        if case.entry is not None and not roster.has(*case.entry):
            aside.append((case.line, f"there is no entry {':'.join(case.entry)} on the lists in force"))
            continue
        found = roster.find(case.subject, 0.0)
        mine = [one for one in found if (one.list, one.entry.id) == case.entry]
        best = mine[0] if mine else None if case.entry else found[0] if found else None
        right = best.matched if best is not None else ":".join(case.entry or ())
        pair = Pair(case.line, case.subject.name, right, case.entry is not None, _kind(case.subject))
        scored.append(Scored(pair, best.score if best is not None else 0.0))
    return scored, aside


def _kind(subject: Subject) -> NameKind:
    return NameKind(subject.kind) if subject.kind in set(NameKind) else NameKind.UNKNOWN
