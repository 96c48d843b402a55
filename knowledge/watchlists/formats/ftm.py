"""OpenSanctions' FollowTheMoney as JSON lines: one entity a line, related entities by id or nested.

Who is listed: entities with a risk topic or marked as target; where a file marks nobody (a list of one's own in this
shape), everybody. Owners, directors and relatives become links of both sides, whether they are listed or not. The
file is read whole before links are made, because they may point forward.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from knowledge.watchlists.entry import Kind, ListEntry, Quality, Scheme
from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats.ftm_links import EDGES, add_edge, add_holding
from knowledge.watchlists.formats.schemes import scheme_of
from knowledge.watchlists.formats.shapes import Draft, Notes, Reading
from store.canonical import plain

_KINDS = {
    "Person": Kind.PERSON,
    "Vessel": Kind.VESSEL,
    "Airplane": Kind.AIRCRAFT,
    **dict.fromkeys(("Company", "Organization", "PublicBody"), Kind.ORGANISATION),
    **dict.fromkeys(("LegalEntity", "Thing", "Asset", "CryptoWallet", "Security", "Vehicle"), Kind.UNKNOWN),
}
_NAMES = (
    ("name", Quality.STRONG),
    ("alias", Quality.STRONG),
    ("previousName", Quality.FORMER),
    ("weakAlias", Quality.WEAK),
    ("abbreviation", Quality.WEAK),
)
_WORDS = (
    ("nationality", "nationalities"),
    ("citizenship", "citizenships"),
    ("country", "countries"),
    ("jurisdiction", "countries"),
    ("mainCountry", "countries"),
    ("gender", "genders"),
    ("program", "programmes"),
    ("programId", "programmes"),
    ("title", "titles"),
    ("position", "titles"),
    ("notes", "remarks"),
    ("summary", "remarks"),
)
_NUMBERS = (
    *(
        "passportNumber",
        "idNumber",
        "taxNumber",
        "vatCode",
        "innCode",
        "registrationNumber",
        "ogrnCode",
        "kppCode",
    ),
    *(
        "okpoCode",
        "uscCode",
        "leiCode",
        "swiftBic",
        "dunsCode",
        "imoNumber",
        "mmsi",
        "publicKey",
        "phone",
        "email",
    ),
    *(
        "website",
        "licenseNumber",
        "iban",
        "accountNumber",
        "bikCode",
        "cikCode",
        "socialSecurityNumber",
        "serialNumber",
    ),
)
_CRAFT = (
    ("flag", "flag"),
    ("pastFlags", "former flag"),
    ("type", "type"),
    ("callSign", "call sign"),
    ("tonnage", "tonnage"),
    ("grossRegisteredTonnage", "gross tonnage"),
    ("buildDate", "built"),
    ("model", "model"),
)

#: What stands beside the properties and is kept; when the collector last saw an entity changes daily and says nothing.
_BESIDE = ("datasets", "referents", "first_seen")

Properties = dict[str, list[Any]]


def read(files: Sequence[Path]) -> Reading:
    """The entries of all files together; raises ListUnreadable."""
    notes = Notes()
    things: dict[str, tuple[str, Properties, bool]] = {}
    edges: dict[str, tuple[str, Properties]] = {}
    for path in files:
        for line, entity in _lines(path):
            _collect(entity, f"{path.name}, line {line}", things, edges, top=True)
    marked = any(listed for _, _, listed in things.values())
    names = {identity: _own_name(properties) for identity, (_, properties, _) in things.items()}
    drafts: dict[str, Draft] = {}
    for identity, (schema, properties, listed) in things.items():
        if schema in _KINDS and (listed or not marked):
            drafts[identity] = draft = _draft(identity, schema, properties, notes)
            _addresses(draft, properties, things)
    for schema, properties in edges.values():
        if schema in EDGES:
            add_edge(schema, properties, drafts, names)
        else:
            add_holding(schema, properties, drafts, things)
    entries: list[ListEntry] = [entry for draft in drafts.values() if (entry := draft.build()) is not None]
    return notes.reading(entries)


def _lines(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with path.open("rb") as file:  # line by line: such files are large
        for line, raw in enumerate(file, start=1):
            if raw.strip():
                yield line, _read_line(raw.removeprefix(b"\xef\xbb\xbf"), f"{path.name}, line {line}")


def _read_line(raw: bytes, where: str) -> Mapping[str, Any]:
    try:
        text = raw.decode("utf-8")
        entity = json.loads(text, parse_float=str)
        if "\\u" in text:  # half a character or a NUL, written as an escape, no database can hold
            plain(entity)
    except (ValueError, RecursionError) as wrong:
        raise ListUnreadable(
            f"{where}: no JSON ({str(wrong)[:80]}); the file is damaged or cut short, fetch it again"
        ) from None
    fits = isinstance(entity, dict) and isinstance(entity.get("properties"), dict)
    if not fits or not all(isinstance(entity.get(name), str) for name in ("id", "schema")):
        raise ListUnreadable(
            f"{where}: an entity needs id, schema and properties; this is another kind of file"
        )
    return entity


def _collect(
    entity: Mapping[str, Any], where: str, things: dict, edges: dict, *, top: bool = False, depth: int = 0
) -> str:
    """Keep an entity and those nested in it; gives its id."""
    if depth > 20:
        raise ListUnreadable(f"{where}: entities are nested too deeply for any list")
    identity, schema = str(entity["id"]), str(entity["schema"])
    properties: Properties = {}
    for name, values in entity["properties"].items():
        if not isinstance(values, list):
            raise ListUnreadable(f"{where}: the values of {name} are no list")
        properties[name] = [
            _collect(value, where, things, edges, depth=depth + 1)
            if isinstance(value, dict)
            and isinstance(value.get("properties"), dict)
            and "id" in value
            and "schema" in value
            else value
            for value in values
        ]
    if schema not in _KINDS and schema != "Address":
        edges[identity] = (schema, properties)
        return identity
    for name in _BESIDE:
        said = entity.get(name)
        properties[name] = [
            str(each) for each in (said if isinstance(said, list) else [said]) if each is not None
        ]
    marked = bool(entity.get("target")) or bool(properties.get("topics"))
    if caption := entity.get("caption"):
        properties.setdefault("name", [caption])
    known = things.get(identity)
    if known is None or (top and len(properties) >= len(known[1])):
        things[identity] = (schema, properties, marked)
    return identity


def _own_name(properties: Properties) -> str | None:
    return next((str(name) for name in properties.get("name", ())), None)


def _draft(identity: str, schema: str, properties: Properties, notes: Notes) -> Draft:
    draft = Draft(identity, _KINDS[schema], notes)
    left = {name: [str(value) for value in values] for name, values in properties.items()}
    for place, (name, quality) in enumerate(_NAMES):
        for number, text in enumerate(left.pop(name, ())):
            draft.name(text, Quality.PRIMARY if place == number == 0 else quality)
    parts = [
        (part, left.get(part, []))
        for part in ("firstName", "secondName", "middleName", "fatherName", "lastName")
    ]
    draft.more((part, text) for part, texts in parts for text in texts)
    for part, _ in parts:
        left.pop(part, None)
    for date in left.pop("birthDate", ()):
        draft.birth(date)
    for text in left.pop("birthPlace", ()):
        draft.birth_place(text=text)
    for text in left.pop("address", ()):
        draft.address(text=text)
    for name, where in _WORDS:
        draft.say(getattr(draft, where), *left.pop(name, ()))
    for name in _NUMBERS:
        scheme = Scheme.ACCOUNT if name in ("iban", "accountNumber") else scheme_of(name)
        for number in left.pop(name, ()):
            draft.identifier(scheme, number, type=name)
    if draft.kind in (Kind.VESSEL, Kind.AIRCRAFT):
        for name, what in _CRAFT:
            draft.craft += [(what, value) for value in left.pop(name, ())]
    for name in _INVERSE:
        left.pop(name, None)
    draft.more([("schema", schema), *((name, value) for name, values in left.items() for value in values)])
    return draft


def _addresses(draft: Draft, properties: Properties, things: Mapping[str, Any]) -> None:
    for identity in map(str, properties.get("addressEntity", ())):
        known = things.get(identity)
        if known is None:
            draft.more([("addressEntity", identity)])
            continue
        words = {name: ", ".join(map(str, values)) for name, values in known[1].items() if name != "name"}
        full, street = words.pop("full", ""), words.pop("street", "")
        draft.address(
            text=full or None,
            street=None if full else street,
            city=words.pop("city", None),
            region=words.pop("region", words.pop("state", None)),
            postcode=words.pop("postalCode", None),
            country=words.pop("country", None),
            note="; ".join(f"{name} {value}" for name, value in words.items()),
        )


#: Properties of nested entities that only point to an edge, which is read by itself.
_INVERSE = frozenset(
    (
        *("addressEntity", "sanctions", "ownershipOwner", "ownershipAsset", "directorshipDirector"),
        *("directorshipOrganization", "familyPerson", "familyRelative", "associates", "associations"),
        *("membershipMember", "membershipOrganization", "employees", "employers", "agencyClient"),
        *("agentRepresentation", "unknownLinkFrom", "unknownLinkTo", "predecessors", "successors"),
        *("identificiation", "identification", "passport", "positionOccupancies"),
    )
)
