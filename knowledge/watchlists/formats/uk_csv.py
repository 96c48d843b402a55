"""The UK's lists as CSV: the UK Sanctions List, and the older consolidated list of OFSI with other names of columns.

Both begin with a line that says their date, then the names of the columns; an entry has a row for each of its names.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from knowledge.watchlists.entry import Kind, Link, Scheme
from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats import uk
from knowledge.watchlists.formats.csvfile import Row, Table
from knowledge.watchlists.formats.dates import read_day
from knowledge.watchlists.formats.shapes import Draft, Notes, Reading, clean

_NAMES = tuple(f"Name {number}" for number in range(1, 7))
_KIND = ("Designation Type", "Individual, Entity, Ship", "Entity, Vessel or Individual", "Group Type")
_CONTACTS = (
    (("Phone number",), Scheme.PHONE),
    (("Email address",), Scheme.EMAIL),
    (("Website",), Scheme.WEBSITE),
    (("Business registration number (s)",), Scheme.REGISTRATION),
    (("IMO number",), Scheme.IMO),
)
_SHIP = (
    ("Current believed flag of ship", "flag"),
    ("Previous flags", "former flag"),
    ("Type of ship", "type"),
    ("Tonnage of ship", "tonnage"),
    ("Length of ship", "length"),
    ("Year Built", "built"),
    ("Hull identification number (HIN)", "hull number"),
)
_LINKS = (
    ("Parent company", "owner"),
    ("Subsidiaries", "owns"),
    ("Current owner/operator (s)", "owner or operator"),
    ("Previous owner/operator (s)", "former owner or operator"),
)


def read(files: Sequence[Path]) -> Reading:
    """The entries of one file; raises ListUnreadable."""
    if len(files) != 1:
        raise ListUnreadable("the list of the UK is one CSV file; give that alone")
    required = ("Name 6", "Name 1", ("Unique ID", "Group ID"), _KIND)
    table = Table(files[0], required=required, nothing=uk.NOTHING)
    notes, drafts = Notes(), dict[str, Draft]()
    for row in table:
        identity = row.take("Unique ID") or row.take("Group ID")
        if not identity:
            raise ListUnreadable(f"{table.name}, line {row.line}: a row without Unique ID or Group ID")
        draft = drafts.setdefault(identity, Draft(identity, Kind.UNKNOWN, notes))
        _add(draft, row)
    entries = [entry for draft in drafts.values() if (entry := draft.build()) is not None]
    return notes.reading(entries, published=_published(table.preamble))


def _published(preamble: list[list[str]]) -> str | None:
    words = " ".join(clean(cell) for row in preamble for cell in row).replace(":", " ")
    day = read_day(words.split("Date")[-1].split("Updated")[-1].strip(" ,"))
    return str(day) if day else None


def _add(draft: Draft, row: Row) -> None:
    kind = row.take(*_KIND)
    draft.kind = uk.kind_of(kind) if draft.kind is Kind.UNKNOWN else draft.kind
    whole, parts = uk.name_of(row.take, _NAMES)
    quality = uk.quality_of(row.take("Name type", "Alias Type"), row.take("Alias strength", "Alias Quality"))
    draft.name(whole, quality, parts=parts)
    script, language = row.take("Non-latin script type"), row.take("Non-latin script language")
    draft.name(row.take("Name non-latin script"), script=script or "original", language=language)
    draft.say(draft.titles, *uk.split(row.take("Title")), *uk.split(row.take("Position")))
    draft.say(draft.programmes, row.take("Regime Name", "Regime"))
    draft.listed(row.take("Date Designated", "UK Sanctions List Date Designated", "Listed On"))
    draft.say(draft.remarks, row.take("UK Statement of Reasons"), row.take("Other Information"))
    for date in uk.split(row.take("D.O.B", "DOB")):
        draft.birth(date)
    draft.say(draft.nationalities, *uk.split(row.take("Nationality(/ies)", "Nationality")))
    draft.say(draft.genders, row.take("Gender"))
    towns, countries = uk.split(row.take("Town of birth")), uk.split(row.take("Country of birth"))
    for place in range(max(len(towns), len(countries))):
        draft.birth_place(
            city=towns[place] if place < len(towns) else None,
            country=countries[place] if place < len(countries) else None,
        )
    _address(draft, row)
    _papers(draft, row)
    for (column,), scheme in _CONTACTS:
        for number in uk.split(row.take(column)):
            draft.identifier(scheme, number)
    for column, what in _SHIP:
        draft.craft += [(what, value) for value in uk.split(row.take(column))]
    for column, role in _LINKS:
        draft.links += [Link(role, name) for name in uk.split(row.take(column))]
    draft.more(row.rest())


def _address(draft: Draft, row: Row) -> None:
    lines = [line for n in range(1, 7) if (line := row.take(f"Address Line {n}", f"Address {n}"))]
    postcode = row.take("Address Postal Code", "Post/Zip Code")
    draft.address(text=", ".join(lines), postcode=postcode, country=row.take("Address Country", "Country"))


def _papers(draft: Draft, row: Row) -> None:
    for scheme, number, details in (
        (Scheme.PASSPORT, "Passport number", ("Passport additional information", "Passport Details")),
        (
            Scheme.NATIONAL_ID,
            "National Identifier number",
            ("National Identifier additional information", "National Identification Details"),
        ),
    ):
        numbers = uk.split(row.take(number, number.replace("Identifier", "Identification")))
        notes = uk.split(row.take(*details))
        for place, value in enumerate(numbers):
            draft.identifier(scheme, value, note=notes[place] if place < len(notes) else None)
        draft.more([(details[0], note) for note in notes[len(numbers) :]])
