"""The UK Sanctions List of the Foreign, Commonwealth & Development Office as XML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from knowledge.watchlists.entry import Kind, Link, ListEntry, Scheme
from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats import uk
from knowledge.watchlists.formats.shapes import Draft, Notes, Reading
from knowledge.watchlists.formats.xmlfile import Node, XmlRecords

_NAMES = tuple(f"Name{number}" for number in range(1, 7))
_LINES = tuple(f"AddressLine{number}" for number in range(1, 7))
_CONTACTS = (
    (("PhoneNumbers", "PhoneNumber"), Scheme.PHONE),
    (("EmailAddresses", "EmailAddress"), Scheme.EMAIL),
    (("Websites", "Website"), Scheme.WEBSITE),
)
#: What of a ship goes where: (path, name).
_SHIP = (
    (("CurrentBelievedFlagOfShips", "CurrentBelievedFlagOfShip"), "flag"),
    (("PreviousFlags", "PreviousFlag"), "former flag"),
    (("TypeOfShipDetails", "TypeOfShip"), "type"),
    (("TonnageOfShipDetails", "TonnageOfShip"), "tonnage"),
    (("LengthOfShipDetails", "LengthOfShip"), "length"),
    (("YearBuiltDetails", "YearBuilt"), "built"),
    (("HullIdentificationNumbers", "HullIdentificationNumber"), "hull number"),
)
_OWNERS = (
    (("CurrentOwnerOperators", "CurrentOwnerOperator"), "owner or operator"),
    (("PreviousOwnerOperators", "PreviousOwnerOperator"), "former owner or operator"),
)


def read(files: Sequence[Path]) -> Reading:
    """The entries of one file; raises ListUnreadable."""
    if len(files) != 1:
        raise ListUnreadable("the UK Sanctions List is one XML file; give that alone")
    records = XmlRecords(files[0], roots=frozenset({"Designations"}), records=frozenset({"Designation"}))
    notes = Notes()
    entries = [entry for node in records if (entry := _entry(node, records.name, notes)) is not None]
    published = records.root.words("DateGenerated") or records.root.sign("DateGenerated") or None
    records.note_rest(notes)
    return notes.reading(entries, published=published)


def _entry(node: Node, file: str, notes: Notes) -> ListEntry | None:
    identity = node.words("UniqueID")
    if not identity:
        raise ListUnreadable(f"{file} has changed in format: a Designation has no UniqueID")
    _empty(node)
    word = node.words("IndividualEntityShip")
    draft = Draft(identity, uk.kind_of(word), notes)
    draft.more([("kind", word if draft.kind is Kind.UNKNOWN else "")])
    for name in (each for holder in node.take_all("Names") for each in holder.take_all("Name")):
        kind, strength = name.words("NameType"), name.words("AliasStrength")
        whole, parts = uk.name_of(name.words, _NAMES)
        draft.name(whole, uk.quality_of(kind, strength), parts=parts)
        draft.more(name.rest())
    for name in (
        each for holder in node.take_all("NonLatinNames") for each in holder.take_all("NonLatinName")
    ):
        script, language = name.words("NonLatinScriptType"), name.words("NonLatinScriptLanguage")
        draft.name(name.words("NameNonLatinScript"), script=script or "original", language=language)
        draft.more(name.rest())
    draft.say(draft.titles, *node.all_words("Titles", "Title"))
    draft.say(draft.programmes, node.words("RegimeName"))
    draft.listed(node.words("DateDesignated"))
    draft.say(draft.remarks, node.words("UKStatementofReasons"), node.words("OtherInformation"))
    for address in (each for holder in node.take_all("Addresses") for each in holder.take_all("Address")):
        lines = ", ".join(line for tag in _LINES if (line := address.words(tag)))
        draft.address(
            text=lines, postcode=address.words("AddressPostalCode"), country=address.words("AddressCountry")
        )
        draft.more(address.rest())
    for path, scheme in _CONTACTS:
        for number in node.all_words(*path):
            draft.identifier(scheme, number)
    _person(draft, node)
    _organisation(draft, node)
    _ship(draft, node)
    draft.more(node.rests())
    return draft.build()


def _person(draft: Draft, node: Node) -> None:
    for person in (
        each for part in node.take_all("IndividualDetails") for each in part.take_all("Individual")
    ):
        for date in person.all_words("DOBs", "DOB"):
            draft.birth(date)
        draft.say(draft.nationalities, *person.all_words("Nationalities", "Nationality"))
        draft.say(draft.titles, *person.all_words("Positions", "Position"))
        draft.say(draft.genders, *person.all_words("Genders", "Gender"))
        for place in (each for part in person.take_all("BirthDetails") for each in part.take_all("Location")):
            draft.birth_place(city=place.words("TownOfBirth"), country=place.words("CountryOfBirth"))
            draft.more(place.rest())
        for paper in (
            each for part in person.take_all("PassportDetails") for each in part.take_all("Passport")
        ):
            note = paper.words("PassportAdditionalInformation")
            draft.identifier(Scheme.PASSPORT, paper.words("PassportNumber"), note=note)
            draft.more(paper.rest())
        holders = person.take_all("NationalIdentifierDetails")
        for paper in (each for part in holders for each in part.take_all("NationalIdentifier")):
            note = paper.words("NationalIdentifierAdditionalInformation")
            draft.identifier(Scheme.NATIONAL_ID, paper.words("NationalIdentifierNumber"), note=note)
            draft.more(paper.rest())
        draft.more(person.rest())


def _organisation(draft: Draft, node: Node) -> None:
    for firm in (each for part in node.take_all("EntityDetails") for each in part.take_all("Entity")):
        for number in firm.all_words("BusinessRegistrationNumbers", "BusinessRegistrationNumber"):
            draft.identifier(Scheme.REGISTRATION, number)
        draft.links += [Link("owner", name) for name in firm.all_words("ParentCompanies", "ParentCompany")]
        draft.links += [Link("owns", name) for name in firm.all_words("Subsidiaries", "Subsidiary")]
        draft.more(firm.rest())


def _ship(draft: Draft, node: Node) -> None:
    for ship in (each for part in node.take_all("ShipDetails") for each in part.take_all("Ship")):
        for number in ship.all_words("IMONumbers", "IMONumber"):
            draft.identifier(Scheme.IMO, number)
        for path, role in _OWNERS:
            draft.links += [Link(role, name) for name in ship.all_words(*path)]
        for path, what in _SHIP:
            draft.craft += [(what, value) for value in ship.all_words(*path)]
        draft.more(ship.rest())


def _empty(node: Node) -> None:
    if node.text.strip().casefold() in uk.NOTHING:
        node.text = ""
    for child in node.children:
        _empty(child)
