"""A customer made by hand, sources that hold it, and the made-up portfolio in a real store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from bot.assistant.answer import Answer, Question
from bot.assistant.directories import NameDirectory
from bot.assistant.planning import answer_question
from bot.assistant.sources import Turn
from bot.assistant.standards import Standards
from store.access import Audience, FieldClass, Viewer
from store.customers import CustomerName
from store.dates import PartialDate
from store.errors import UnknownSubject
from store.evidence import Tier
from store.identity import new_id
from store.policy import Policy
from store.portfolio import Recent
from store.records import Dossier, Invoice, Origin, OtherName, Party, Payment, Profile, Record, Statement

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def origin(source: str = "ERP", *, observed: str | None = "2026-11-20", **more: Any) -> Origin:
    """Where a handmade row comes from."""
    return Origin(
        version=new_id(),
        subject=new_id(),
        number=1,
        recorded_at=NOW,
        recorded_seq=1,
        source=source,
        tier=more.get("tier", Tier.INTERNAL),
        field_class=more.get("field_class", FieldClass.INTERNAL),
        observed_on=PartialDate.parse(observed) if observed else None,
    )


def day(text: str) -> PartialDate:
    """A date."""
    return PartialDate.parse(text)


def statement(end: str, kind: str = "year", *, source: str = "Annual report", **items: int) -> Statement:
    """A statement in EUR."""
    amounts = {name: Decimal(value) for name, value in items.items()}
    return Statement(origin(source), day(end), kind, "EUR", audited=True, items=amounts)


def invoice(
    number: str, due: str, amount: str, *, currency: str = "EUR", issued: str = "2026-01-02"
) -> Invoice:
    """An invoice."""
    return Invoice(origin(), number, day(issued), day(due), Decimal(amount), currency)


def payment(number: str, paid: str, amount: str, *, currency: str = "EUR") -> Payment:
    """A payment on an invoice."""
    return Payment(origin(), day(paid), Decimal(amount), currency, number)


def holding(name: str, percent: str, *, held_in: str | None = None, kind: str = "organisation") -> Party:
    """A shareholding."""
    return Party(origin("Register"), name, "shareholder", kind, Decimal(percent), held_in=held_in)


def public_record(
    dimension: str, title: str, *, status: str = "open", role: str = "defendant", **more: Any
) -> Record:
    """A public record."""
    return Record(
        origin("Court"),
        dimension,
        title,
        role=role,
        status=status,
        filed_on=day(more.pop("filed", "2026-03-01")),
        **more,
    )


def dossier(name: str = "Alster Pumpen GmbH", code: str = "C-1001", **parts: Any) -> Dossier:
    """A dossier with what is given."""
    profile = parts.pop("profile", {})
    return Dossier(
        id=new_id(),
        code=code,
        profile=Profile(origin("Register"), name, other_names=(OtherName("Alster"),), **profile),
        as_of=None,
        known_at=None,
        known_seq=1,
        **parts,
    )


@dataclass
class HandmadeSources:
    """Sources over handmade dossiers; a search gives what was put in, the conversation remembers its turns."""

    dossiers: Sequence[Dossier]
    hits: Sequence[Any] = ()
    kept: dict[str, list[Turn]] = field(default_factory=dict)

    def directory(self) -> NameDirectory:
        names = []
        for item in self.dossiers:
            names.append(CustomerName(item.id, item.code, item.profile.legal_name, "legal"))
            names += [
                CustomerName(item.id, item.code, other.name, "alias") for other in item.profile.other_names
            ]
        return NameDirectory(names)

    def dossier(self, customer_id: UUID, **_: Any) -> Dossier:
        for item in self.dossiers:
            if item.id == customer_id:
                return item
        raise UnknownSubject("no such customer is known here")

    def portfolio(self, aggregates: Iterable[str], **_: Any) -> Iterator[Dossier]:
        return iter(self.dossiers)

    def people(self) -> Mapping[str, str | None]:
        return {}

    def search(self, text: str, **_: Any) -> Sequence[Any]:
        return self.hits

    def figures(self, text: str, **_: Any) -> Sequence[Any]:
        return ()

    def ledger(self, **_: Any) -> Sequence[Any]:
        return ()

    def changes(self, **_: Any) -> Sequence[Any]:
        return ()

    def holders(self, number: str) -> Sequence[UUID]:
        return [
            item.id
            for item in self.dossiers
            if any(row.invoice_number.casefold() == number.casefold() for row in item.invoices)
        ]

    def prove(self, **_: Any) -> None:
        return None

    def watchlists(self) -> Sequence[Any]:
        return ()

    def changes_of_all(self, **_: Any) -> Recent:
        return Recent((), {}, cut=False)

    def events_of_all(self, **_: Any) -> Mapping[UUID, Any]:
        return {item.id: item.events for item in self.dossiers}

    def checks(self, **_: Any) -> Sequence[Any]:
        return ()

    def last_checks(self, **_: Any) -> Mapping[UUID, Any]:
        return {}

    def alerts(self, **_: Any) -> Sequence[Any]:
        return ()

    def alert(self, code: str) -> None:
        return None

    def list_hits(self, **_: Any) -> Sequence[Any]:
        return ()

    def list_hit(self, code: str) -> None:
        return None

    def covered(self, customer_id: UUID) -> Sequence[Any]:
        return ()

    def turns(self, conversation: str, *, limit: int) -> Sequence[Turn]:
        return self.kept.get(conversation, [])[::-1][:limit]


@dataclass
class Talk:
    """A conversation of one viewer over handmade sources."""

    sources: HandmadeSources
    viewer: Viewer

    def ask(self, text: str, **more: Any) -> Answer:
        question = Question("q", text, self.viewer, "talk", NOW, **more)
        answer = answer_question(question, self.sources, Standards())
        self.sources.kept.setdefault("talk", []).append(Turn(answer.focus))
        return answer


@pytest.fixture
def talk(viewer: Callable[..., Viewer]) -> Callable[..., Talk]:
    """talk(dossier, …, role=, audience=): a conversation about handmade customers."""

    def begin(
        *dossiers: Dossier, role: str = "risk", audience: Audience | None = None, hits: Sequence[Any] = ()
    ) -> Talk:
        return Talk(HandmadeSources(dossiers, hits), viewer(role, audience))

    return begin


@pytest.fixture
def make() -> SimpleNamespace:
    """The makers of handmade rows."""
    return SimpleNamespace(
        dossier=dossier,
        statement=statement,
        invoice=invoice,
        payment=payment,
        holding=holding,
        record=public_record,
        origin=origin,
        day=day,
    )


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The made-up portfolio, imported and ingested into a real store, on 21 November 2026."""
    from bot.assembly import build
    from bot.demo.loading import load_portfolio
    from bot.settings import Settings

    home: Path = tmp_path_factory.mktemp("house")
    built = build(Settings(home=home, now=NOW))
    load_portfolio(built, home / "portfolio", today=date(2026, 11, 21))
    yield built
    built.databases.close()


@pytest.fixture
def ask_house(house: Any, policy: Policy) -> Callable[..., Answer]:
    """ask_house(text, role=, place=, conversation=): a question to the portfolio; kept when part of a talk."""
    from bot.commands.viewing import viewer_of

    def ask(
        text: str, *, role: str = "risk", place: str = "private", conversation: str = "", **more: Any
    ) -> Answer:
        viewer = viewer_of(house, role, place)
        question = Question(f"test-{new_id()}", text, viewer, conversation, NOW, **more)
        answer = house.assistant.answer(question)
        return house.assistant.keep(answer) if conversation else answer

    return ask
