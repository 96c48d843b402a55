"""Asking the questions of a file (评测执行): each is answered, kept like any other, timed, scored and checked.

Answers are kept because an evaluation reads customers' files, and whoever reads them stands in the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bot.assistant.answer import Answer, Question
from bot.assistant.numerals import read_numerals
from bot.evaluation import citations, figures
from bot.evaluation.archive import Stored
from bot.evaluation.citations import worked_again
from bot.evaluation.errors import LineUnusable
from bot.evaluation.questions import Aside, Asked, QuestionFile
from bot.evaluation.scoring import Verdict, score
from store.access import Viewer
from store.customers import Customers
from store.engine import reading
from store.errors import AmbiguousSubject, UnknownSubject

if TYPE_CHECKING:
    from bot.assembly import House

_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


@dataclass(frozen=True, slots=True)
class Result:
    """One question answered in one way; `citations` and `figures` hold what is wrong by the number of the claim."""

    asked: Asked
    role: str
    language: str
    answer: Mapping[str, Any]
    verdict: Verdict
    seconds: float
    citations: Mapping[int, str]
    figures: Mapping[int, str]
    worked: tuple[int, int]

    @property
    def usage(self) -> Mapping[str, Any]:
        """What models used for it: tokens and cost, empty without one."""
        return self.answer.get("usage") or {}


class Examination:
    """Runs questions over one house; conversations of one examination are its own."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._archive = Stored(house)
        self._run = uuid4().hex[:12]
        with reading(house.databases.read) as connection:
            self._names = [name.name for name in Customers(connection).names() if _digits(name.name)]

    def sift(self, found: QuestionFile) -> QuestionFile:
        """The questions that can be asked and scored here; others join those set aside."""
        sifted = QuestionFile(aside=list(found.aside))
        for asked in found.questions:
            try:
                self._viewer(asked)
                self._codes(asked)
                sifted.questions.append(asked)
            except LineUnusable as wrong:
                sifted.aside.append(Aside(asked.line, str(wrong)))
        sifted.aside.sort(key=lambda aside: aside.line)
        return sifted

    def ask(self, asked: Asked) -> Result:
        """One question answered, kept and scored; raises LineUnusable for what `sift` would set aside."""
        viewer, codes = self._viewer(asked), self._codes(asked)
        question = Question(
            id=f"eval-{uuid4()}",
            text=asked.text,
            viewer=viewer,
            conversation=f"eval-{self._run}-{asked.conversation}"[:200] if asked.conversation else "",
            now=self._house.clock(),
            as_of=asked.as_of,
            known_at=asked.known_at,
        )
        began = perf_counter()
        answer = self._house.assistant.answer(question)
        seconds = perf_counter() - began
        described = self._house.assistant.keep(answer).as_json()
        return Result(
            asked=asked,
            role=viewer.role.value,
            language=asked.gold.language or str(described["language"]),
            answer=described,
            verdict=score(described, asked.gold, customers=codes),
            seconds=seconds,
            citations=citations.faults(described, self._archive.of(viewer)),
            figures=figures.faults(described, given=_given(question, answer), names=self._names),
            worked=worked_again(described),
        )

    def _viewer(self, asked: Asked) -> Viewer:
        import click

        from bot.commands.viewing import viewer_of

        try:
            return viewer_of(self._house, asked.who, asked.place)
        except click.BadParameter as wrong:
            raise LineUnusable(wrong.message) from None

    def _codes(self, asked: Asked) -> list[str] | None:
        wanted = asked.gold.customers
        if wanted is None:
            return None
        with reading(self._house.databases.read) as connection:
            customers = Customers(connection)
            try:
                return [customers.find(reference).code for reference in wanted]
            except (UnknownSubject, AmbiguousSubject) as wrong:
                raise LineUnusable(f"gold.customers: {wrong}") from None


def _given(question: Question, answer: Answer) -> list[str]:
    """The dates that the asker set: today, as of, and those of the question as it was understood."""
    days = [question.now.date().isoformat(), *(str(day) for day in read_numerals(question.text).dates)]
    if question.as_of is not None:
        days.append(str(question.as_of))
    if question.known_at is not None:
        days.append(question.known_at.date().isoformat())
    understood = [answer.focus.get(key) for key in ("period", "as_of", "known_on", "portfolio")]
    return days + [day for part in understood if part for day in _DAY.findall(str(part))]


def _digits(name: str) -> bool:
    return any(sign.isdigit() for sign in name)
