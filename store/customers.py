"""Finding customers by what people and files call them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.orm import Session

from store.access import FieldClass
from store.errors import AmbiguousSubject, UnknownSubject
from store.identity import read_code
from store.names import search_key
from store.projections import IDENTIFIERS
from store.schema.history import customer_names, subjects, versions


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's key, its code and its legal name."""

    id: UUID
    code: str
    legal_name: str


@dataclass(frozen=True, slots=True)
class CustomerName:
    """One name or identifier of a customer; kind is legal, short, former, english, brand, alias, uscc, …"""

    customer_id: UUID
    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer as it is listed: its code, legal name and the names it also goes by."""

    id: UUID
    code: str
    legal_name: str
    other_names: tuple[CustomerName, ...]


class Customers:
    """Looks customers up on a connection. Names are public; everything else is in the dossier."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def by_code(self, code: str) -> Customer:
        """The customer `C-1024` (also written c1024); raises UnknownSubject."""
        canonical = read_code(code, "C")
        found = self._matches(_BY_CODE, canonical) if canonical else []
        if not found:
            raise UnknownSubject(f"no customer has the code “{code}”")
        return found[0]

    def by_id(self, customer_id: UUID) -> Customer:
        """The customer with this key; raises UnknownSubject."""
        found = self._matches(_BY_ID, customer_id)
        if not found:
            raise UnknownSubject("no customer has this key")
        return found[0]

    def by_ids(self, wanted: Collection[UUID]) -> dict[UUID, Customer]:
        """The customers with these keys; a key that nobody has is left out."""
        keys, found = list(wanted), {}
        for at in range(0, len(keys), 500):
            query = _LEGAL.where(subjects.c.id.in_(keys[at : at + 500]))
            found.update((row[0], Customer(*row)) for row in self._connection.execute(query))
        return found

    def entry(self, customer_id: UUID) -> Mapping[str, Any]:
        """The register's entry as it is now, with all its columns; for routing, never for people."""
        query = select(versions.c.body).join(subjects, subjects.c.current_version == versions.c.id)
        return self._connection.execute(query.where(subjects.c.id == customer_id)).scalar() or {}

    def natural_key(self, customer_id: UUID) -> str:
        """The key by which the history recognises this customer; raises UnknownSubject."""
        found = self._connection.execute(
            select(subjects.c.natural_key).where(
                subjects.c.id == customer_id, subjects.c.aggregate == "customers"
            )
        ).scalar()
        if found is None:
            raise UnknownSubject("no customer has this key")
        return found

    def find(self, reference: str) -> Customer:
        """The customer that is meant by a code, customer_key, USCC, LEI, registration number or legal name.

        The first of these that fits decides. A legal name may differ in spaces, punctuation, case and
        traditional or simplified writing; when several fit, the one written exactly so wins. Raises
        UnknownSubject, or AmbiguousSubject with the codes.
        """
        text = reference.strip()
        if (code := read_code(text, "C")) and (found := self._matches(_BY_CODE, code)):
            return found[0]
        key = search_key(text)[:512]
        rows = self._connection.execute(_BY_KEY, {"key": key}).all() if key else []
        for kind in (*IDENTIFIERS, "legal"):
            fitting = [row for row in rows if row.kind == kind]
            exact = {row.customer_id: row.code for row in fitting if row.name == text}
            near = {row.customer_id: row.code for row in fitting if kind != "customer_key"}
            for hits in (exact, near):
                if len(hits) == 1:
                    return self.by_id(next(iter(hits)))
                if hits:
                    codes = tuple(sorted(hits.values()))
                    raise AmbiguousSubject(f"“{text}” is {' and '.join(codes)}; give the code", codes=codes)
        raise UnknownSubject(f"no customer has the code, key, identifier or exact legal name “{text}”")

    def names(
        self, *, identifiers: bool = False, classes: Set[FieldClass] | None = None
    ) -> list[CustomerName]:
        """Every name of every customer, with USCC, LEI and registration number where `identifiers` is set.

        With `classes` only of customers whose own row is in one of them: what a viewer may be asked about.
        """
        left_out = ["customer_key"] if identifiers else list(IDENTIFIERS)
        query = _NAMES.where(customer_names.c.kind.not_in(left_out)).order_by(
            subjects.c.id, customer_names.c.id
        )
        if classes is not None:
            visible = versions.c.field_class.in_([item.value for item in classes])
            query = query.join(versions, versions.c.id == subjects.c.current_version).where(visible)
        return [CustomerName(*row) for row in self._connection.execute(query)]

    def card(self, customer_id: UUID) -> CustomerCard:
        """The card of one customer; raises UnknownSubject."""
        query = _NAMES.where(customer_names.c.customer_id == customer_id).order_by(customer_names.c.id)
        names = [CustomerName(*row) for row in self._connection.execute(query)]
        legal = next((name for name in names if name.kind == "legal"), None)
        if legal is None:
            raise UnknownSubject("no customer has this key")
        others = tuple(name for name in names if name.kind not in ("legal", *IDENTIFIERS))
        return CustomerCard(customer_id, legal.code, legal.name, others)

    def all(self) -> list[Customer]:
        """Every customer, in the order of their codes' making."""
        return [Customer(*row) for row in self._connection.execute(_LEGAL.order_by(subjects.c.id))]

    def any(self) -> bool:
        """Whether there is any customer at all."""
        return self._connection.execute(_LEGAL.limit(1)).first() is not None

    def _matches(self, query: Select[tuple[UUID, str, str]], value: UUID | str) -> list[Customer]:
        return [Customer(*row) for row in self._connection.execute(query, {"wanted": value})]


_NAMES: Select[tuple[UUID, str, str, str]] = select(
    customer_names.c.customer_id, subjects.c.code, customer_names.c.name, customer_names.c.kind
).join(subjects, subjects.c.id == customer_names.c.customer_id)

_BY_KEY = _NAMES.where(customer_names.c.key == bindparam("key"))

_LEGAL: Select[tuple[UUID, str, str]] = (
    select(subjects.c.id, subjects.c.code, customer_names.c.name)
    .join(customer_names, customer_names.c.customer_id == subjects.c.id)
    .where(subjects.c.aggregate == "customers", customer_names.c.kind == "legal")
)
_BY_CODE = _LEGAL.where(subjects.c.code == bindparam("wanted"))
_BY_ID = _LEGAL.where(subjects.c.id == bindparam("wanted"))
