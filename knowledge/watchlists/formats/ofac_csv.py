"""OFAC's old comma-separated files (SDN.CSV, ALT.CSV, ADD.CSV, SDN_COMMENTS.CSV and CONS_*.CSV), without headers.

Which file is which shows in its columns: 12 are entries, 5 aliases, 6 addresses, 2 the rest of remarks that are longer
than 1,000 characters. `-0-` is OFAC's word for empty. The numbers of the rows of aliases and addresses are keys
of the files and are not kept. Source: OFAC, SDN data specification, 2023-09-25.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from knowledge.watchlists.entry import Kind, ListEntry, Quality
from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats.csvfile import read_rows
from knowledge.watchlists.formats.ofac_remarks import read_remarks
from knowledge.watchlists.formats.shapes import Draft, Notes, Reading, clean

_FILES = {12: "entries", 5: "aliases", 6: "addresses", 2: "comments"}
_KINDS = {"": Kind.ORGANISATION, "individual": Kind.PERSON, "vessel": Kind.VESSEL, "aircraft": Kind.AIRCRAFT}
_ALIASES = {"aka": Quality.STRONG, "fka": Quality.FORMER, "nka": Quality.STRONG}
_CRAFT = ("call sign", "type", "tonnage", "gross tonnage", "flag", "owner")
#: Where OFAC cuts remarks and goes on in the file of comments.
_CUT = 1000

_Rows = dict[str, list[list[str]]]


def read(files: Sequence[Path]) -> Reading:
    """The entries of these files; raises ListUnreadable."""
    notes = Notes()
    tables: dict[str, _Rows] = {name: defaultdict(list) for name in _FILES.values()}
    for path in files:
        _read_file(path, tables)
    if not tables["entries"]:
        raise ListUnreadable(
            "none of the files has the entries of the list (SDN.CSV or CONS_PRIM.CSV, 12 columns)"
        )
    for name in ("aliases", "addresses"):
        if not tables[name]:
            notes.add(f"no file of {name} was given; what it holds is missing from the list")
    comments = {identity: "".join(row[1] for row in rows) for identity, rows in tables["comments"].items()}
    drafts = [
        _draft(identity, rows, tables, comments.get(identity, ""), notes)
        for identity, rows in tables["entries"].items()
    ]
    for name in ("aliases", "addresses", "comments"):
        for identity in sorted(tables[name].keys() - tables["entries"].keys(), key=int):
            notes.add(
                f"entry {identity} has {name} and is itself not in the files: they are of different days"
            )
    entries = [entry for draft in drafts if (entry := draft.build()) is not None]
    return notes.reading(tie(entries))


def _read_file(path: Path, tables: dict[str, _Rows]) -> None:
    kind = None
    for line, row in read_rows(path):
        cells = ["" if (cell := clean(each)) == "-0-" else cell for each in row]
        if kind is None:
            kind = _FILES.get(len(row))
        if kind is None or _FILES.get(len(row)) != kind or not cells[0].isdecimal():
            raise ListUnreadable(
                f"{path.name}, line {line}: {len(row)} cells beginning with “{cells[0][:40]}” are no row of OFAC's "
                "files; the file is damaged or cut short, or the list has changed in format"
            )
        if kind == "entries" and cells[2] not in _KINDS:
            raise ListUnreadable(
                f"{path.name}, line {line}: “{cells[2][:40]}” is no type of entry that OFAC has"
            )
        if kind == "comments":
            cells[1] = row[1].removesuffix("\n")  # it goes on in the middle of a word: not a space is changed
        tables[kind][cells[0]].append(cells)


def _draft(
    identity: str, rows: list[list[str]], tables: dict[str, _Rows], overflow: str, notes: Notes
) -> Draft:
    draft = Draft(identity, _KINDS[rows[0][2]], notes)
    for place, cells in enumerate(rows):
        _, name, _, programmes, title, *craft, remarks = cells
        draft.name(name, Quality.STRONG if place else Quality.PRIMARY, parts=_parts(name, draft.kind))
        draft.say(draft.programmes, *programmes.split("] ["))
        draft.say(draft.titles, title)
        draft.craft += [(what, value) for what, value in zip(_CRAFT, craft, strict=True) if value]
        whole = remarks + (overflow if len(remarks) >= _CUT else "")
        if len(remarks) >= _CUT and not overflow:
            notes.add(
                f"entry {identity}: its remarks break off at {_CUT} characters and no file of comments goes on"
            )
        if whole:
            read_remarks(draft, whole)
    if len(rows) > 1:
        notes.add(f"entry {identity} stands {len(rows)} times in the files; it was put together as one")
    for _, _, kind, name, remark in tables["aliases"].get(identity, ()):
        draft.name(name, _ALIASES.get(kind, Quality.STRONG), parts=_parts(name, draft.kind), note=remark)
    for _, _, street, city, country, remark in tables["addresses"].get(identity, ()):
        draft.address(street=street, city=city, country=country, note=remark)
    return draft


def _parts(name: str, kind: Kind) -> tuple[tuple[str, str], ...]:
    """A person's name is printed family name first, with a comma after it."""
    last, comma, first = name.partition(",")
    return (("last", last), ("first", first)) if kind is Kind.PERSON and comma else ()


def tie(entries: Iterable[ListEntry]) -> list[ListEntry]:
    """The entries with links by name made links by entry, where one entry alone is called so."""
    kept = list(entries)
    called: dict[str, str | None] = {}
    for own in (True, False):
        names: dict[str, set[str]] = defaultdict(set)
        for entry in kept:
            for name in entry.names[:1] if own else entry.names[1:]:
                names[name.text.casefold()].add(entry.id)
        for name, identities in names.items():
            called.setdefault(name, next(iter(identities)) if len(identities) == 1 else None)
    return [
        replace(
            entry,
            links=tuple(
                replace(link, entry_id=called.get((link.name or "").casefold()))
                if link.entry_id is None
                else link
                for link in entry.links
            ),
        )
        if entry.links
        else entry
        for entry in kept
    ]
