"""The EU's consolidated list of financial sanctions as XML (xmlFullSanctionsList 1.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from knowledge.watchlists.entry import Kind, ListEntry
from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats import eu
from knowledge.watchlists.formats.schemes import scheme_of
from knowledge.watchlists.formats.shapes import Draft, Notes, Reading
from knowledge.watchlists.formats.xmlfile import Node, XmlRecords

_PARTS: tuple[tuple[str, Callable[[Draft, eu.Say, str], None]], ...] = (
    ("nameAlias", eu.read_name),
    ("birthdate", eu.read_birth),
    ("citizenship", eu.read_citizenship),
    ("address", eu.read_address),
    ("identification", eu.read_identification),
)


def read(files: Sequence[Path]) -> Reading:
    """The entries of one file; raises ListUnreadable."""
    if len(files) != 1:
        raise ListUnreadable("the list of the EU is one XML file; give that alone")
    records = XmlRecords(files[0], roots=frozenset({"export"}), records=frozenset({"sanctionEntity"}))
    notes = Notes()
    entries = [entry for node in records if (entry := _entry(node, records.name, notes)) is not None]
    records.note_rest(notes)
    label = records.root.sign("globalFileId") or None
    return notes.reading(entries, published=records.root.sign("generationDate") or None, label=label)


def _entry(node: Node, file: str, notes: Notes) -> ListEntry | None:
    identity, reference = node.sign("logicalId"), node.sign("euReferenceNumber")
    if not identity and not reference:
        raise ListUnreadable(f"{file} has changed in format: a sanctionEntity has no logicalId")
    subject = node.take("subjectType")
    code = (subject.sign("classificationCode"), subject.sign("code")) if subject else ("", "")
    kind = next((eu.KINDS[each.casefold()] for each in code if each.casefold() in eu.KINDS), Kind.UNKNOWN)
    draft = Draft(identity or reference, kind, notes)
    draft.more([("EU reference number", reference), ("UN id", node.sign("unitedNationId"))])
    draft.listed(node.sign("designationDate"))
    draft.say(draft.remarks, node.sign("designationDetails"), *node.all_words("remark"))
    for tag, take in _PARTS:
        for part in node.take_all(tag):
            remark = "; ".join(part.all_words("remark"))
            summaries = part.take_all("regulationSummary")
            for contact in part.take_all("contactInfo"):
                key = contact.sign("key")
                draft.identifier(scheme_of(key), contact.sign("value"), type=key)
            take(draft, _say(part), remark)
            for summary in summaries:
                eu.read_regulation(draft, _say(summary))
            part.take_all("remark")
            draft.more(part.rest())
    for regulation in node.take_all("regulation"):
        eu.read_regulation(draft, _say(regulation), regulation.words("publicationUrl"))
        draft.more(regulation.rest())
    if subject is not None:
        eu_rest = [] if kind is not Kind.UNKNOWN else [("subject type", " ".join(code))]
        draft.more([*eu_rest, *subject.rest()])
    draft.more(node.rests())
    return draft.build()


def _say(node: Node) -> eu.Say:
    return lambda *names: next((said for name in names if (said := node.sign(name))), "")
