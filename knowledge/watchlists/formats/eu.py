"""What the EU's XML and CSV have in common: the same fields, as attributes there and as columns here.

`Say` gives the first filled field of some names and takes it away. Keys of the EU's own rows (logicalId) and the
language of a regulation's text are not kept. Country 00 means unknown.
"""

from __future__ import annotations

from collections.abc import Callable

from knowledge.watchlists.entry import Kind, Quality
from knowledge.watchlists.formats.schemes import scheme_of
from knowledge.watchlists.formats.shapes import Draft

Say = Callable[..., str]

KINDS = {
    "p": Kind.PERSON,
    "person": Kind.PERSON,
    "e": Kind.ORGANISATION,
    "enterprise": Kind.ORGANISATION,
}
_FLAGS = ("diplomatic", "knownExpired", "knownFalse", "reportedLost", "revokedByIssuer")


def country(say: Say) -> str:
    """The country in words, or its code where there are none."""
    words, code = say("countryDescription"), say("countryIso2Code")
    known = words if words.casefold() not in ("", "unknown") else code
    return known if known != "00" else ""


def read_name(draft: Draft, say: Say, remark: str = "") -> None:
    """One nameAlias; the first strong one becomes the entry's own."""
    parts = [(part, say(f"{part}Name")) for part in ("first", "middle", "last")]
    whole = say("wholeName") or " ".join(text for _, text in parts if text)
    weak = say("strong").casefold() == "false"
    own = not weak and not any(name.quality is Quality.PRIMARY for name in draft.names)
    quality = Quality.PRIMARY if own else Quality.WEAK if weak else Quality.STRONG
    language = say("nameLanguage")
    draft.name(whole, quality, parts=parts, language=language.casefold(), note=remark)
    draft.say(draft.titles, say("title"), say("function"))
    draft.say(draft.genders, say("gender"))
    _drop(say)


def read_birth(draft: Draft, say: Say, remark: str = "") -> None:
    """One birthdate with its place."""
    exact, year = say("birthdate"), say("year")
    month, day = say("monthOfYear", "month"), say("dayOfMonth", "day")
    start, end = say("yearRangeFrom"), say("yearRangeTo")
    parts = [year.zfill(4)] if year else []
    if year and month:
        parts.append(month.zfill(2))
        parts += [day.zfill(2)] if day else []
    period = f"{start} to {end}" if start and end else start or end
    circa = say("circa").casefold() == "true"
    said = exact or "-".join(parts) or period
    draft.birth(said, circa=circa, note=remark or None)
    if period and said != period:
        draft.birth(period, circa=circa, note=remark or None)
    calendar = say("calendarType")
    draft.more([("calendar", calendar if calendar.casefold() != "gregorian" else "")])
    place, city, region = say("place"), say("city"), say("region")
    postcode = say("zipCode")
    draft.birth_place(text=place, city=city, region=region, postcode=postcode, country=country(say))
    _drop(say)


def read_citizenship(draft: Draft, say: Say, remark: str = "") -> None:
    """One citizenship."""
    draft.say(draft.citizenships, country(say))
    draft.more([("citizenship region", say("region")), ("citizenship remark", remark)])
    _drop(say)


def read_address(draft: Draft, say: Say, remark: str = "") -> None:
    """One address."""
    box, place = say("poBox"), say("place")
    contact = say("contactInfo")
    listing = "at the time of listing" if say("asAtListingTime").casefold() == "true" else ""
    draft.address(
        text=place,
        street=", ".join(part for part in (say("street"), f"P.O. box {box}" if box else "") if part),
        city=say("city"),
        region=say("region"),
        postcode=say("zipCode"),
        country=country(say),
        note="; ".join(part for part in (listing, contact, remark) if part),
    )
    _drop(say)


def read_identification(draft: Draft, say: Say, remark: str = "") -> None:
    """One document."""
    code, words = (
        say("identificationTypeCode", "typeCode"),
        say("identificationTypeDescription", "typeDescription"),
    )
    number, latin = say("number"), say("latinNumber")
    flags = [name for name in _FLAGS if say(name, f"{name}Flag").casefold() in ("true", "1")]
    valid = [("name on document", say("nameOnDocument")), ("valid from", say("issuedDate", "validFrom"))]
    notes = [*flags, *(f"{name} {value}" for name, value in valid[:1] if value)]
    notes += [f"also written {latin}"] if latin and latin != number else []
    region = say("region")
    draft.identifier(
        scheme_of(f"{words} {code}"),
        number or latin,
        type=words or code,
        country=country(say),
        issued_on=valid[1][1],
        expires_on=say("validTo"),
        issuer=", ".join(part for part in (say("issuedBy"), region) if part),
        note="; ".join(part for part in (*notes, remark) if part),
    )
    _drop(say)


def read_regulation(draft: Draft, say: Say, url: str = "") -> None:
    """The programme, and the regulation as one line."""
    programme, title = say("programme"), say("numberTitle")
    draft.say(draft.programmes, programme)
    kind, body = say("regulationType", "type"), say("organisationType")
    published, force = say("publicationDate"), say("entryIntoForceDate")
    parts = (
        title,
        kind,
        body,
        f"published {published}" if published else "",
        f"in force {force}" if force else "",
    )
    draft.more([("regulation", "; ".join(part for part in (*parts, url) if part))])
    _drop(say)


def _drop(say: Say) -> None:
    for name in ("logicalId", "regulationLanguage"):
        say(name)
