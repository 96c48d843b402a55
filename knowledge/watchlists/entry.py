"""One entry of a watch list (名单条目), the same shape for every list.

Text stays as the list writes it: names are never converted, countries are the list's own words or codes. What has no
field of its own is kept in `remarks` and `extra`, so that nothing that a list says is lost. An entry is stored as a
plain body (`to_body`, `read_entry`); two entries with one `content_hash` say the same, in whatever order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from store.canonical import canonical, decimal_text, digest
from store.dates import PartialDate


class Kind(StrEnum):
    """What is listed; `unknown` where the list does not say."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"
    UNKNOWN = "unknown"


class Quality(StrEnum):
    """How much a name says: the entry's own, an alias, one that the list calls weak or low, one borne before."""

    PRIMARY = "primary"
    STRONG = "strong"
    WEAK = "weak"
    FORMER = "former"


class Scheme(StrEnum):
    """What kind of number an identifier is, whatever the list calls it."""

    PASSPORT = "passport"
    NATIONAL_ID = "national_id"
    TAX = "tax"
    REGISTRATION = "registration"
    USCC = "uscc"
    LEI = "lei"
    BIC = "bic"
    DUNS = "duns"
    IMO = "imo"
    MMSI = "mmsi"
    AIRCRAFT = "aircraft"
    LICENCE = "licence"
    ACCOUNT = "account"
    CRYPTO = "crypto"
    PHONE = "phone"
    EMAIL = "email"
    WEBSITE = "website"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ListName:
    """One name; `parts` are what the list gives apart, such as ("last", "BADEGE"), in its order."""

    text: str
    quality: Quality = Quality.STRONG
    #: As the list says it: a code or a word; None where it says nothing.
    language: str | None = None
    script: str | None = None
    parts: tuple[tuple[str, str], ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ListDate:
    """A date of birth from `first` to `last`; both are the same unless the list says between."""

    first: PartialDate
    last: PartialDate
    circa: bool = False
    #: What the list prints, where it is more than the date.
    text: str | None = None
    note: str | None = None

    @classmethod
    def of(cls, date: PartialDate, **more: Any) -> ListDate:
        """A date that is no period."""
        return cls(date, date, **more)


@dataclass(frozen=True, slots=True)
class ListPlace:
    """A place of birth or an address; `text` is the whole where the list does not take it apart."""

    text: str | None = None
    street: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None
    note: str | None = None

    def __str__(self) -> str:
        parts = (self.text, self.street, self.city, self.region, self.postcode, self.country)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number by which somebody is known; `type` is the list's own word for it."""

    scheme: Scheme
    number: str
    type: str | None = None
    country: str | None = None
    issued_on: str | None = None
    expires_on: str | None = None
    issuer: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Somebody who belongs to this entry: `role` says what the other is to it, such as owner or linked to.

    `entry_id` is there when the list names its own entry; an owner may be named without being listed.
    """

    role: str
    name: str | None = None
    entry_id: str | None = None
    #: The share held, from 0 to 100, where the list says it.
    percent: Decimal | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ListEntry:
    """Everything that one entry of a list says; `id` is unique within the list."""

    id: str
    kind: Kind
    #: The entry's own name comes first.
    names: tuple[ListName, ...]
    birth_dates: tuple[ListDate, ...] = ()
    birth_places: tuple[ListPlace, ...] = ()
    nationalities: tuple[str, ...] = ()
    citizenships: tuple[str, ...] = ()
    #: Countries that the entry belongs to otherwise: of registration, of residence, of the flag.
    countries: tuple[str, ...] = ()
    genders: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[ListPlace, ...] = ()
    #: Programmes, regimes or legal grounds (制裁项目).
    programmes: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    listed_on: PartialDate | None = None
    remarks: tuple[str, ...] = ()
    #: What vessels and aircraft have beside numbers: ("call sign", "T2EU4"), ("flag", "Panama") …
    craft: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    #: The rest, by the list's own names; a name may come more than once.
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The entry's own name."""
        return self.names[0].text

    @property
    def content_hash(self) -> str:
        """A hash of everything that the entry says, blind to the order in which the list says it."""
        return digest(_settle(to_body(self)))

    @property
    def matter_hash(self) -> str:
        """A hash of what a decision on a hit rests on (`MATTERING`); when it changes, a cleared hit opens again."""
        return _matter(_settle(to_body(self)))


#: What a decision on a hit rests on: who is meant, and on what ground they are listed.
MATTERING = (
    "kind",
    "names",
    "birth_dates",
    "birth_places",
    "nationalities",
    "citizenships",
    "genders",
    "identifiers",
    "programmes",
)


def differences(old: ListEntry, new: ListEntry) -> tuple[str, ...]:
    """The fields in which two versions of an entry differ, in the order of the fields."""
    before, after = _settle(to_body(old)), _settle(to_body(new))
    return tuple(field for field in ListEntry.__slots__ if before.get(field) != after.get(field))


def written(entry: ListEntry) -> tuple[dict[str, Any], str, str]:
    """The body with the hashes of the content and of what matters, made in one go."""
    body = to_body(entry)
    settled = _settle(body)
    return body, digest(settled), _matter(settled)


def to_body(entry: ListEntry) -> dict[str, Any]:
    """The entry as plain JSON; what is empty is left out."""
    return {field: plain for field in ListEntry.__slots__ if (plain := _plain(getattr(entry, field)))}


def read_entry(body: Mapping[str, Any]) -> ListEntry:
    """The entry that `to_body` wrote."""
    listed = body.get("listed_on")
    return ListEntry(
        id=body["id"],
        kind=Kind(body["kind"]),
        names=tuple(_read_name(each) for each in body.get("names", ())),
        birth_dates=tuple(_read_date(each) for each in body.get("birth_dates", ())),
        birth_places=tuple(ListPlace(**each) for each in body.get("birth_places", ())),
        nationalities=tuple(body.get("nationalities", ())),
        citizenships=tuple(body.get("citizenships", ())),
        countries=tuple(body.get("countries", ())),
        genders=tuple(body.get("genders", ())),
        identifiers=tuple(
            Identifier(Scheme(each["scheme"]), **_rest(each)) for each in body.get("identifiers", ())
        ),
        addresses=tuple(ListPlace(**each) for each in body.get("addresses", ())),
        programmes=tuple(body.get("programmes", ())),
        titles=tuple(body.get("titles", ())),
        listed_on=PartialDate.parse(listed) if listed else None,
        remarks=tuple(body.get("remarks", ())),
        craft=_pairs(body.get("craft", ())),
        links=tuple(_read_link(each) for each in body.get("links", ())),
        extra=_pairs(body.get("extra", ())),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, str):  # also the enumerations, which are text
        return str(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, Decimal):
        return decimal_text(value)
    if value is None or isinstance(value, bool):
        return value
    parts = ((field, getattr(value, field)) for field in value.__slots__)
    return {field: _plain(part) for field, part in parts if part not in (None, (), False)}


def _read_name(body: Mapping[str, Any]) -> ListName:
    return ListName(
        body["text"],
        Quality(body["quality"]),
        body.get("language"),
        body.get("script"),
        _pairs(body.get("parts", ())),
        body.get("note"),
    )


def _read_date(body: Mapping[str, Any]) -> ListDate:
    first, last = PartialDate.parse(body["first"]), PartialDate.parse(body["last"])
    return ListDate(first, last, body.get("circa", False), body.get("text"), body.get("note"))


def _read_link(body: Mapping[str, Any]) -> Link:
    percent = body.get("percent")
    share = Decimal(percent) if percent is not None else None
    return Link(body["role"], body.get("name"), body.get("entry_id"), share, body.get("note"))


def _rest(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != "scheme"}


def _pairs(lists: Any) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in lists)


def _matter(settled: Mapping[str, Any]) -> str:
    return digest({field: settled.get(field) for field in MATTERING})


def _settle(body: dict[str, Any]) -> dict[str, Any]:
    """The body with its lists in an order of their own: a list that sorts its aliases anew has changed nothing."""
    return {
        field: sorted(value, key=canonical) if isinstance(value, list) else value
        for field, value in body.items()
    }
