"""Which customer an argument of a command means: as it is registered, else as the assistant understands a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from bot.assembly import House


def customer_meant(house: House, reference: str) -> UUID:
    """The customer of a code, an identifier, a name, a short form or a name with a typing error.

    What is likely is taken only with a margin over the next. Otherwise raises `UnknownSubject`, or `AmbiguousSubject`
    where a name is that of several; the message names the customers that may be meant.
    """
    from knowledge.names.resolution import Kind
    from store.customers import Customers
    from store.engine import reading
    from store.errors import AmbiguousSubject, UnknownSubject

    try:
        with reading(house.databases.read) as connection:
            return Customers(connection).find(reference).id
    except UnknownSubject as wrong:
        found = house.library.resolve(reference)
        if found.match is not None:
            return found.match.customer_id
        if not found.candidates:
            raise
        listed = ", ".join(f"{choice.code} {choice.name}" for choice in found.candidates)
        if found.kind is Kind.UNSURE:
            raise UnknownSubject(f"{wrong}; perhaps {listed}") from None
        codes = tuple(choice.code for choice in found.candidates)
        raise AmbiguousSubject(f"“{reference.strip()}” may be {listed}; give the code", codes=codes) from None
