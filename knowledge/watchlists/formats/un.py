"""The consolidated list of the UN Security Council (XML).

Names come in up to four parts and, for a third of the people, in the original script. Days before months never occur:
dates are ISO, and TYPE_OF_DATE says whether they are exact, about or between two years.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from knowledge.watchlists.entry import Kind, ListEntry, Quality
from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats.schemes import scheme_of
from knowledge.watchlists.formats.shapes import Draft, Notes, Reading
from knowledge.watchlists.formats.xmlfile import Node, XmlRecords

_KINDS = {"INDIVIDUAL": Kind.PERSON, "ENTITY": Kind.ORGANISATION}
_QUALITIES = {"low": Quality.WEAK, "f.k.a.": Quality.FORMER}
_PARTS = (
    ("FIRST_NAME", "first"),
    ("SECOND_NAME", "second"),
    ("THIRD_NAME", "third"),
    ("FOURTH_NAME", "fourth"),
)
_ADDRESS = (
    ("street", "STREET"),
    ("city", "CITY"),
    ("region", "STATE_PROVINCE"),
    ("postcode", "ZIP_CODE"),
    ("country", "COUNTRY"),
    ("note", "NOTE"),
)


def read(files: Sequence[Path]) -> Reading:
    """The entries of one file; raises ListUnreadable."""
    if len(files) != 1:
        raise ListUnreadable("the list of the UN is one XML file; give that alone")
    records = XmlRecords(files[0], roots=frozenset({"CONSOLIDATED_LIST"}), records=frozenset(_KINDS))
    notes = Notes()
    entries = [entry for node in records if (entry := _entry(node, records.name, notes)) is not None]
    records.note_rest(notes)
    return notes.reading(entries, published=records.root.sign("dateGenerated") or None)


def _entry(node: Node, file: str, notes: Notes) -> ListEntry | None:
    identity = node.words("DATAID")
    if not identity:
        raise ListUnreadable(f"{file} has changed in format: an {node.tag} has no DATAID")
    draft = Draft(identity, _KINDS[node.tag], notes)
    parts = [(part, node.words(tag)) for tag, part in _PARTS]
    own = " ".join(text for _, text in parts if text)
    draft.name(own, Quality.PRIMARY, parts=parts if draft.kind is Kind.PERSON else ())
    draft.name(node.words("NAME_ORIGINAL_SCRIPT"), script="original")
    draft.say(draft.programmes, node.words("UN_LIST_TYPE"))
    draft.listed(node.words("LISTED_ON"))
    draft.say(draft.genders, node.words("GENDER"))
    draft.say(draft.remarks, node.words("COMMENTS1"), *node.all_words("COMMENTS"))
    draft.say(draft.nationalities, *node.all_words("NATIONALITY", "VALUE"))
    draft.say(draft.titles, *node.all_words("TITLE", "VALUE"), *node.all_words("DESIGNATION", "VALUE"))
    draft.more([("reference number", node.words("REFERENCE_NUMBER"))])
    draft.more(("updated on", day) for day in node.all_words("LAST_DAY_UPDATED", "VALUE"))
    for kind in ("INDIVIDUAL", "ENTITY"):
        for alias in node.take_all(f"{kind}_ALIAS"):
            _alias(draft, alias)
        for address in node.take_all(f"{kind}_ADDRESS"):
            draft.address(**{part: address.words(tag) for part, tag in _ADDRESS})
            draft.more(address.rest())
    for date in node.take_all("INDIVIDUAL_DATE_OF_BIRTH"):
        _birth(draft, date)
    for place in node.take_all("INDIVIDUAL_PLACE_OF_BIRTH"):
        draft.birth_place(**{part: place.words(tag) for part, tag in _ADDRESS if part != "postcode"})
        draft.more(place.rest())
    for document in node.take_all("INDIVIDUAL_DOCUMENT"):
        _document(draft, document)
    draft.more(node.rests())
    return draft.build()


def _alias(draft: Draft, node: Node) -> None:
    quality, name, note = node.words("QUALITY"), node.words("ALIAS_NAME"), node.words("NOTE")
    born, city, country = (
        node.words("DATE_OF_BIRTH"),
        node.words("CITY_OF_BIRTH"),
        node.words("COUNTRY_OF_BIRTH"),
    )
    draft.name(name, _QUALITIES.get(quality.casefold(), Quality.STRONG), note=note)
    # An alias may have a birth of its own, which stands in its papers.
    draft.birth(born, note=f"as {name}" if name else None)
    draft.birth_place(city=city, country=country, note=f"as {name}" if name and (city or country) else None)
    draft.more([("alias quality", quality if not name else ""), ("alias note", note if not name else "")])
    draft.more(node.rest())


def _birth(draft: Draft, node: Node) -> None:
    kind, note = node.words("TYPE_OF_DATE"), node.words("NOTE")
    circa = kind.casefold() == "approximately"
    start, end = node.words("FROM_YEAR"), node.words("TO_YEAR")
    said = f"{start} to {end}" if start and end else start or end
    exact, year = node.words("DATE"), node.words("YEAR")
    days = [day for day in (exact, said, year if year != exact[:4] else "") if day]
    for day in days:
        draft.birth(day.removesuffix("T00:00:00"), circa=circa, note=note or None)
    if not days:
        draft.more([("birth date note", note)])
    draft.more(node.rest())


def _document(draft: Draft, node: Node) -> None:
    kind, other = node.words("TYPE_OF_DOCUMENT"), node.words("TYPE_OF_DOCUMENT2")
    country, issued = node.words("ISSUING_COUNTRY"), node.words("COUNTRY_OF_ISSUE")
    city = node.words("CITY_OF_ISSUE")
    where = ", ".join(part for part in (city, issued if issued != country else "") if part)
    words = f"{kind} ({other})" if kind and other else kind or other
    draft.identifier(
        scheme_of(words),
        node.words("NUMBER"),
        type=words,
        country=country or issued,
        issued_on=node.words("DATE_OF_ISSUE"),
        issuer=where,
        note=node.words("NOTE"),
    )
    draft.more(node.rest())
