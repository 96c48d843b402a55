"""Which reply answers which topic, and the replies that need no dossier: help, which customer, unknown name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.assistant.answer import Clarification, Option
from bot.assistant.conversation import Request
from bot.assistant.draft import Draft, note
from bot.assistant.naming import Named
from bot.assistant.replies import (
    audit,
    briefing,
    decision,
    facts,
    gaps,
    listings,
    money,
    news,
    papers,
    payments,
    people,
    profile,
    records,
    relations,
    solvency,
)
from bot.assistant.replies.context import Context
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from bot.assistant.wording import Wording
from prompts.phrasebook import Phrasebook
from store.access import Permission, authorize

TOPICS: dict[str, Callable[[Context], Draft]] = {
    "profile": profile.reply,
    "briefing": briefing.reply,
    "facts": facts.reply,
    "decision": decision.reply,
    "money": money.reply,
    "payments": payments.reply,
    "records": records.reply,
    "relations": relations.reply,
    "news": news.reply,
    "papers": papers.reply,
    "people": people.reply,
    "contacts": listings.contacts,
    "contracts": listings.contracts,
    "cases": listings.cases,
    "notes": listings.notes,
    "scores": listings.scores,
    "solvency": solvency.reply,
    "gaps": gaps.reply,
    "ledger": audit.reply,
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What every reply of one question shares."""

    request: Request
    tools: Tools
    book: Phrasebook
    words: Wording
    standards: Standards

    def may_read_ledger(self) -> None:
        """Raise Forbidden before anything is looked up, the same whoever is asked about."""
        authorize(self.tools.question.viewer, Permission.READ_LEDGER)

    def help(self) -> Draft:
        """What can be asked, with examples."""
        return Draft(
            (note(self.book["answers.help.lead"]), *(note(f"{self.book[key]}") for key in self._examples()))
        )

    def _examples(self) -> list[str]:
        return self.book.keys("answers.help.example")

    def clarify(self, text: str, customers: Sequence[Named]) -> Draft:
        """Ask which of several customers is meant."""
        options = tuple(
            Option(self.book.say("answers.clarify.option", name=named.name, code=named.code), named.code)
            for named in customers[:8]
        )
        question = self.book.say("answers.clarify.which", text=text, number=len(options))
        return Draft(clarify=Clarification(question, options))

    def which_customer(self) -> Draft:
        """Ask for a customer where none was named."""
        if self._is_empty():
            return Draft(unknown=(self.book["answers.unknown.nobody"],))
        return Draft(clarify=Clarification(self.book["answers.clarify.none"], ()))

    def _is_empty(self) -> bool:
        """Whether there is no customer at all of whom anything may be said here."""
        return next(iter(self.tools.portfolio(())), None) is None

    def unknown_then(self, customer: Named) -> Draft | None:
        """Say that a customer was not known yet at the moment that is asked for; None when now is asked for."""
        known_at = self.tools.known_at
        if known_at is None:
            return None
        day = self.words.date(known_at.date())
        looked = self.tools.nothing("customers", customer.name[:80])
        where = self.book["labels.place.customers"]
        frame = note(self.book.say("answers.missing.looked", where=where, date=day), looked)
        self.tools.read[looked.id] = looked
        return Draft((frame,), unknown=(self.book.say("answers.unknown.then", name=customer.name, date=day),))

    def unknown_name(self, name: str, near: Sequence[Named]) -> Draft:
        """Say that nobody is known by a name, with those that are nearly called so."""
        looked = self.tools.nothing("customers", name[:80])
        date = self.words.date(self.tools.today)
        where = self.book["labels.place.customers"]
        lines = [note(self.book.say("answers.missing.looked", where=where, date=date), looked)]
        said = self.book.say("answers.unknown.name", name=name[:80])
        seen = [named for named in near if self.tools.dossier(named) is not None][:3]
        if not seen:
            empty = (self.book["answers.unknown.nobody"],) if self._is_empty() else ()
            return Draft(tuple(lines), unknown=(said, *empty))
        options = tuple(
            Option(self.book.say("answers.clarify.option", name=named.name, code=named.code), named.code)
            for named in seen
        )
        return Draft(tuple(lines), (said,), Clarification(self.book["answers.clarify.near"], options))
