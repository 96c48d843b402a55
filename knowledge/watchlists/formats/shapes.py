"""What every format gives, and the draft from which an entry is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from knowledge.watchlists.entry import (
    Identifier,
    Kind,
    Link,
    ListDate,
    ListEntry,
    ListName,
    ListPlace,
    Quality,
    Scheme,
)
from knowledge.watchlists.formats.dates import read_date, read_day
from store.dates import PartialDate

#: Problems beyond so many are counted, not kept.
TOLD = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """A list as its files give it: the entries, when it was published and what it calls itself, and small problems.

    A problem is something that could not be understood; what was not understood is in the entry's `extra` as it
    stood, so nothing is lost by it.
    """

    entries: tuple[ListEntry, ...]
    #: The day or instant of publication in ISO form, where the list says one.
    published: str | None = None
    label: str | None = None
    problems: tuple[str, ...] = ()
    #: How many problems there were; more than are told.
    problem_count: int = 0


@dataclass(slots=True)
class Notes:
    """Problems found on the way."""

    told: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, sentence: str) -> None:
        """Keep one problem."""
        self.count += 1
        if len(self.told) < TOLD:
            self.told.append(sentence)

    def reading(
        self, entries: Iterable[ListEntry], *, published: str | None = None, label: str | None = None
    ) -> Reading:
        """The reading that ends here."""
        if published and "T" not in published and (day := read_day(published)) is not None:
            published = str(day)
        return Reading(tuple(entries), published, label, tuple(self.told), self.count)


def clean(text: str | None) -> str:
    """Text without the white space around it and with single spaces in it; a name is not altered otherwise."""
    return " ".join(text.split()) if text else ""


class Draft:
    """An entry in the making: what comes twice is kept once, what is empty is not kept."""

    def __init__(self, identity: str, kind: Kind, notes: Notes) -> None:
        self.id, self.kind, self.notes = identity, kind, notes
        self.names: list[ListName] = []
        self.birth_dates: list[ListDate] = []
        self.birth_places: list[ListPlace] = []
        self.nationalities: list[str] = []
        self.citizenships: list[str] = []
        self.countries: list[str] = []
        self.genders: list[str] = []
        self.identifiers: list[Identifier] = []
        self.addresses: list[ListPlace] = []
        self.programmes: list[str] = []
        self.titles: list[str] = []
        self.listed_on: PartialDate | None = None
        self.remarks: list[str] = []
        self.craft: list[tuple[str, str]] = []
        self.links: list[Link] = []
        self.extra: list[tuple[str, str]] = []

    def name(self, text: str | None, quality: Quality = Quality.STRONG, **more: Any) -> None:
        """A name; parts given as pairs lose the empty ones."""
        if said := clean(text):
            parts = tuple((part, clean(value)) for part, value in more.pop("parts", ()) if clean(value))
            more = {key: clean(value) or None for key, value in more.items()}
            self.names.append(ListName(said, quality, parts=parts, **more))

    def birth(self, text: str | None, **more: Any) -> None:
        """A date of birth in any of the ways in which lists write it; one that is none goes to extra."""
        said = clean(text)
        if not said:
            return
        if (date := read_date(said, **more)) is not None:
            self.birth_dates.append(date)
        else:
            self.notes.add(f"entry {self.id}: “{said[:80]}” is not understood as a date of birth")
            self.extra.append(("birth date", said))

    def birth_place(self, **parts: str | None) -> None:
        """A place of birth."""
        if (place := _place(parts)) is not None:
            self.birth_places.append(place)

    def address(self, **parts: str | None) -> None:
        """An address."""
        if (place := _place(parts)) is not None:
            self.addresses.append(place)

    def identifier(self, scheme: Scheme, number: str | None, **more: str | None) -> None:
        """A number; one that is empty but has other details goes to extra."""
        details = {key: clean(value) or None for key, value in more.items()}
        if said := clean(number):
            self.identifiers.append(Identifier(scheme, said, **details))
        else:
            self.more((f"{scheme} {key}", value) for key, value in details.items())

    def say(self, where: list[str], *texts: str | None) -> None:
        """Words such as nationalities or remarks, into one of the lists above."""
        where.extend(said for text in texts if (said := clean(text)))

    def more(self, pairs: Iterable[tuple[str, str | None]]) -> None:
        """What has no field of its own."""
        self.extra.extend((name, said) for name, text in pairs if (said := clean(text)))

    def listed(self, text: str | None) -> None:
        """The day of listing; the earliest counts, and one that is no date goes to extra."""
        said = clean(text)
        if not said:
            return
        date = read_date(said)
        if date is None or date.first != date.last:
            self.extra.append(("listed on", said))
        elif self.listed_on is None or date.first < self.listed_on:
            self.listed_on = date.first

    def build(self) -> ListEntry | None:
        """The entry; None (and a problem) where the list gives it no name at all."""
        if not self.names and self.identifiers:  # a wallet is called by its address
            self.name(self.identifiers[0].number)
        if not self.names:
            self.notes.add(f"entry {self.id} has no name and was left out")
            return None
        names = list(dict.fromkeys(self.names))
        own = next((name for name in names if name.quality is Quality.PRIMARY), None)
        if own is None:
            first = names[0]
            own = ListName(first.text, Quality.PRIMARY, first.language, first.script, first.parts, first.note)
            names[0] = own
        # One name given twice, once as the entry's own, is its own.
        rest = [
            name for name in names if name is not own and (name.text != own.text or name.note or name.script)
        ]
        return ListEntry(
            id=self.id,
            kind=self.kind,
            names=(own, *rest),
            birth_dates=_once(self.birth_dates),
            birth_places=_once(self.birth_places),
            nationalities=_once(self.nationalities),
            citizenships=_once(self.citizenships),
            countries=_once(self.countries),
            genders=_once(self.genders),
            identifiers=_once(self.identifiers),
            addresses=_once(self.addresses),
            programmes=_once(self.programmes),
            titles=_once(self.titles),
            listed_on=self.listed_on,
            remarks=_once(self.remarks),
            craft=_once(self.craft),
            links=_once(self.links),
            extra=_once(self.extra),
        )


def _place(parts: dict[str, str | None]) -> ListPlace | None:
    said = {name: clean(text) or None for name, text in parts.items()}
    return ListPlace(**said) if any(said.values()) else None


def _once(items: list[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))
