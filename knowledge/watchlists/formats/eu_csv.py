"""The EU's consolidated list of financial sanctions as CSV (1.1), a row for every name, address or paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from knowledge.watchlists.entry import Kind, ListEntry
from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats import eu
from knowledge.watchlists.formats.csvfile import Row, Table
from knowledge.watchlists.formats.shapes import Draft, Notes, Reading

_PARTS: tuple[tuple[str, Callable[[Draft, eu.Say, str], None]], ...] = (
    ("NameAlias", eu.read_name),
    ("BirthDate", eu.read_birth),
    ("Citizenship", eu.read_citizenship),
    ("Address", eu.read_address),
    ("Identification", eu.read_identification),
)


def read(files: Sequence[Path]) -> Reading:
    """The entries of one file; raises ListUnreadable."""
    if len(files) != 1:
        raise ListUnreadable("the list of the EU is one CSV file; give that alone")
    required = (
        "Entity_LogicalId",
        "NameAlias_WholeName",
        ("Entity_SubjectType", "Entity_SubjectType_ClassificationCode"),
    )
    table = Table(files[0], required=required, delimiter=None)
    notes, drafts, published = Notes(), dict[str, Draft](), ""
    for row in table:
        identity = row.take("Entity_LogicalId")
        if not identity:
            raise ListUnreadable(f"{table.name}, line {row.line}: a row without Entity_LogicalId")
        published = row.take("fileGenerationDate") or published
        if (draft := drafts.get(identity)) is None:
            draft = drafts[identity] = Draft(identity, Kind.UNKNOWN, notes)
        _add(draft, row)
    entries: list[ListEntry] = [entry for draft in drafts.values() if (entry := draft.build()) is not None]
    return notes.reading(entries, published=published or None)


def _add(draft: Draft, row: Row) -> None:
    entity = _say(row, "Entity")
    codes = (entity("SubjectType_ClassificationCode"), entity("SubjectType"))
    kind = next((eu.KINDS[code.casefold()] for code in codes if code.casefold() in eu.KINDS), None)
    draft.kind = kind or draft.kind
    if kind is None:
        draft.more([("subject type", code) for code in codes])
    draft.more([("EU reference number", entity("EU_ReferenceNumber")), ("UN id", entity("UnitedNationId"))])
    draft.listed(entity("DesignationDate"))
    draft.say(draft.remarks, entity("DesignationDetails"), entity("Remark"))
    eu.read_regulation(draft, _say(row, "Entity_Regulation"), row.take("Entity_Regulation_PublicationUrl"))
    for prefix, take in _PARTS:
        take(draft, _say(row, prefix), row.take(f"{prefix}_Remark"))
        eu.read_regulation(
            draft, _say(row, f"{prefix}_Regulation"), row.take(f"{prefix}_Regulation_PublicationUrl")
        )
    draft.more(row.rest())


def _say(row: Row, prefix: str) -> eu.Say:
    return lambda *names: row.take(*(f"{prefix}_{name}" for name in names))
