"""OFAC's advanced XML (SDN_ADVANCED.XML, CONS_ADVANCED.XML).

An entry's number is the FixedRef of its party, the same number as in the old files, so a firm can change from one to
the other without every entry being new. Reference values, places and papers stand before the parties, relations and
grounds of listing after them. Source: OFAC, Advanced Sanctions List Standard, notes for technical users.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.watchlists.entry import Kind, Link, Quality
from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats.ofac_values import Values, day_of, period_of, place_of
from knowledge.watchlists.formats.schemes import scheme_of, scheme_of_number
from knowledge.watchlists.formats.shapes import Draft, Notes, Reading
from knowledge.watchlists.formats.xmlfile import Node, XmlRecords

_KINDS = {
    "individual": Kind.PERSON,
    "entity": Kind.ORGANISATION,
    "vessel": Kind.VESSEL,
    "aircraft": Kind.AIRCRAFT,
}
_RECORDS = (
    "ReferenceValueSets",
    "Location",
    "IDRegDocument",
    "DistinctParty",
    "ProfileRelationship",
    "SanctionsEntry",
)


@dataclass(slots=True)
class _File:
    notes: Notes = field(default_factory=Notes)
    values: Values = field(default_factory=Values)
    places: dict[str, dict[str, str]] = field(default_factory=dict)
    papers: dict[str, list[Node]] = field(default_factory=lambda: defaultdict(list))
    drafts: dict[str, Draft] = field(default_factory=dict)  # by profile


def read(files: Sequence[Path]) -> Reading:
    """The entries of one or more files (SDN and consolidated); raises ListUnreadable."""
    made: list[Draft] = []
    notes, published = Notes(), ""
    for path in files:
        records = XmlRecords(path, roots=frozenset({"Sanctions"}), records=frozenset(_RECORDS))
        file = _File(notes)
        for node in records:
            _take(file, node, records.name)
        issued = day_of(records.root.take("DateOfIssue"))
        published = max(published, issued)
        records.note_rest(notes)
        made += file.drafts.values()
    entries = [entry for draft in made if (entry := draft.build()) is not None]
    twice = len(entries) - len({entry.id for entry in entries})
    if twice:
        raise ListUnreadable(
            f"{twice} entries stand in several of the files; load each file as a list of its own name"
        )
    return notes.reading(entries, published=published or None)


def _take(file: _File, node: Node, name: str) -> None:
    match node.tag:
        case "ReferenceValueSets":
            file.values.add(node)
        case "Location":
            identity = node.sign("ID")
            file.places[identity] = place_of(node, file.values)
        case "IDRegDocument":
            file.papers[node.sign("IdentityID")].append(node)
        case "DistinctParty":
            if not file.values:
                raise ListUnreadable(
                    f"{name} has changed in format: it has no ReferenceValueSets before its parties"
                )
            _party(file, node)
        case "ProfileRelationship":
            _relation(file, node)
        case "SanctionsEntry":
            _ground(file, node)


def _party(file: _File, node: Node) -> None:
    fixed, comment = node.sign("FixedRef"), node.words("Comment")
    for profile in node.take_all("Profile"):
        number = profile.sign("ID")
        kind = file.values.of("PartySubType", profile.sign("PartySubTypeID"))
        draft = Draft(fixed or number, _KINDS.get(kind.casefold(), Kind.UNKNOWN), file.notes)
        draft.say(draft.remarks, comment)
        draft.more([("kind", kind if draft.kind is Kind.UNKNOWN else "")])
        for identity in profile.take_all("Identity"):
            _identity(file, draft, identity)
        for feature in profile.take_all("Feature"):
            _feature(file, draft, feature)
        draft.more(profile.rests())
        file.drafts[number] = draft
    draft_rest = [pair for pair in node.rests() if pair[0] != "ID"]
    if draft_rest and file.drafts:
        draft.more(draft_rest)


def _identity(file: _File, draft: Draft, node: Node) -> None:
    number = node.sign("ID")
    groups = {
        group.sign("ID"): file.values.of("NamePartType", group.sign("NamePartTypeID"))
        for holder in node.take_all("NamePartGroups")
        for master in holder.take_all("MasterNamePartGroup")
        for group in master.take_all("NamePartGroup")
    }
    for alias in node.take_all("Alias"):
        _alias(file, draft, alias, groups)
    for paper in file.papers.pop(number, ()):
        _paper(file, draft, paper)
    draft.more((name, value) for name, value in node.rests() if name not in ("FixedRef", "Primary", "False"))
    if node.sign("False") == "true":
        draft.more([("identity", "false identity")])


def _alias(file: _File, draft: Draft, node: Node, groups: dict[str, str]) -> None:
    own, weak = node.sign("Primary") == "true", node.sign("LowQuality") == "true"
    kind = file.values.of("AliasType", node.sign("AliasTypeID"))
    for name in node.take_all("DocumentedName"):
        parts: list[tuple[str, str]] = []
        scripts: list[str] = []
        for part in name.take_all("DocumentedNamePart"):
            for value in part.take_all("NamePartValue"):
                parts.append((groups.get(value.sign("NamePartGroupID"), "name").casefold(), value.text))
                scripts.append(file.values.of("Script", value.sign("ScriptID")))
        script = next((each for each in scripts if each), "")
        latin = script in ("", "Latin")
        quality = Quality.STRONG
        if own and latin and not any(each.quality is Quality.PRIMARY for each in draft.names):
            quality = Quality.PRIMARY
        elif weak:
            quality = Quality.WEAK
        elif kind.casefold().startswith("f.k.a"):
            quality = Quality.FORMER
        draft.name(_printed(parts, script), quality, script=script, parts=parts if len(parts) > 1 else ())


def _printed(parts: list[tuple[str, str]], script: str) -> str:
    """A person's name as in the old files (`LAST, First`); Chinese without a space, the rest in the file's order."""
    if "han" in script.casefold() or "chinese" in script.casefold():
        return "".join(text.strip() for _, text in parts)
    last = [text.strip() for kind, text in parts if kind == "last name"]
    rest = [text.strip() for kind, text in parts if kind != "last name"]
    comma = ", " if last and rest and script in ("", "Latin") else " "
    return comma.join(part for part in (" ".join(last), " ".join(rest)) if part)


def _paper(file: _File, draft: Draft, node: Node) -> None:
    values = file.values
    kind = values.of("IDRegDocType", node.sign("IDRegDocTypeID"))
    number, comment = node.words("IDRegistrationNo"), node.words("Comment")
    country = values.of("Country", node.sign("IssuedBy-CountryID"))
    validity = values.of("Validity", node.sign("ValidityID"))
    dates: dict[str, str] = {}
    for date in node.take_all("DocumentDate"):
        when = values.of("IDRegDocDateType", date.sign("IDRegDocDateTypeID")).casefold()
        period = period_of(date.take("DatePeriod") or date)
        day = str(period.first) if period else day_of(date.take("From"))
        dates["issued_on" if "issue" in when else "expires_on"] = day
    doubtful = validity if validity.casefold() not in ("", "valid") else ""
    draft.identifier(
        scheme_of_number(scheme_of(kind), number),
        number,
        type=kind,
        country=country,
        issuer=node.words("IssuingAuthority"),
        note="; ".join(part for part in (comment, doubtful) if part),
        issued_on=dates.get("issued_on"),
        expires_on=dates.get("expires_on"),
    )
    node.take_all("DocumentedNameReference")  # which of the names stands in the paper, by number
    draft.more(pair for pair in node.rest() if pair[0] != "IDRegDocument@ID")


def _feature(file: _File, draft: Draft, node: Node) -> None:
    kind = file.values.of("FeatureType", node.sign("FeatureTypeID")).rstrip(" :-")
    low = kind.casefold()
    for version in node.take_all("FeatureVersion"):
        comment = version.words("Comment")
        said = [
            text or file.values.of("DetailReference", reference)
            for detail in version.take_all("VersionDetail")
            for reference, text in [(detail.sign("DetailReferenceID"), " ".join(detail.text.split()))]
            if text or reference
        ]
        places = [
            file.places.get(each.sign("LocationID"), {}) for each in version.take_all("VersionLocation")
        ]
        periods = [period_of(each, comment or None) for each in version.take_all("DatePeriod")]
        if low == "birthdate":
            draft.birth_dates += [date for date in periods if date is not None]
        elif low == "place of birth":
            for text in said:
                draft.birth_place(text=text)
            for place in places:
                draft.birth_place(**place)
        elif low == "location":
            for place in places:
                draft.address(**place, note=comment)
        elif low in ("nationality country", "citizenship country"):
            where = draft.nationalities if low.startswith("nat") else draft.citizenships
            draft.say(where, *(place.get("country") or " ".join(place.values()) for place in places), *said)
        elif low == "gender":
            draft.say(draft.genders, *said)
        elif low == "title":
            draft.say(draft.titles, *said)
        else:
            _other(draft, kind, said, places, periods, comment)


def _other(draft: Draft, kind: str, said: list, places: list, periods: list, comment: str) -> None:
    scheme = scheme_of_number(scheme_of(kind), said[0] if said else "")
    spoken = [*said, *(", ".join(place.values()) for place in places)]
    dates = [
        str(date.first) if date.first == date.last else f"{date.first} to {date.last}"
        for date in periods
        if date
    ]
    low = kind.casefold()
    if scheme != "other" and said and "date" not in low:
        for number in said:
            draft.identifier(scheme, number, type=kind, note=comment)
    elif low.startswith(("vessel", "aircraft", "former vessel", "other vessel", "previous aircraft")):
        draft.craft += [
            (low.removeprefix("vessel ").removeprefix("aircraft "), value) for value in (*spoken, *dates)
        ]
    else:
        draft.more((kind, value) for value in (*spoken, *dates, comment))


def _relation(file: _File, node: Node) -> None:
    source, target = node.sign("From-ProfileID"), node.sign("To-ProfileID")
    role = file.values.of("RelationType", node.sign("RelationTypeID")).rstrip(" :").casefold()
    quality = file.values.of("RelationQuality", node.sign("RelationQualityID"))
    former = "former" if node.sign("Former") == "true" else ""
    note = "; ".join(part for part in (former, quality, node.words("Comment")) if part and part != "Unknown")
    here, there = file.drafts.get(source), file.drafts.get(target)
    if here is None:
        file.notes.add(f"a relation begins at the profile {source}, which is not in the file")
        return
    name = there.names[0].text if there and there.names else None
    here.links.append(Link(role, name, there.id if there else target, None, note or None))


def _ground(file: _File, node: Node) -> None:
    draft = file.drafts.get(node.sign("ProfileID"))
    if draft is None:
        file.notes.add("a ground of listing belongs to a profile that is not in the file")
        return
    draft.more([("list", file.values.of("List", node.sign("ListID")))])
    for event in node.take_all("EntryEvent"):
        draft.listed(day_of(event.take("Date")))
        draft.more([("legal basis", file.values.of("LegalBasis", event.sign("LegalBasisID")))])
        draft.more([("entry event", event.words("Comment"))])
    for measure in node.take_all("SanctionsMeasure"):
        kind = file.values.of("SanctionsType", measure.sign("SanctionsTypeID"))
        comment = measure.words("Comment")
        if kind.casefold() == "program":
            draft.say(draft.programmes, comment)
        else:
            draft.more([("measure", f"{kind}: {comment}" if comment else kind)])
