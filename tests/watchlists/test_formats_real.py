"""The real files of OFAC and the UN: counts, known fields, and that no cell or element of them is lost."""

from __future__ import annotations

import csv
import os
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge.watchlists.entry import Kind, ListEntry, Quality, Scheme, to_body
from knowledge.watchlists.formats import read_list

DATA = Path(os.environ.get("BONAFIDE_DATA", Path(__file__).parents[3] / "shared" / "data")) / "watchlists"
SDN = ("ofac_sdn.csv", "ofac_alt.csv", "ofac_add.csv", "ofac_sdn_comments.csv")
CONSOLIDATED = ("ofac_cons_prim.csv", "ofac_cons_alt.csv")

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA.exists(), reason=f"the shared data are not at {DATA} (set BONAFIDE_DATA)"),
]


def entries(format: str, *names: str) -> dict[str, ListEntry]:
    reading = read_list(format, [DATA / name for name in names], max_bytes=10**8)
    return {entry.id: entry for entry in reading.entries}


def words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from words(part)


def texts(listed: dict[str, ListEntry]) -> dict[str, str]:
    return {identity: "\n".join(words(to_body(entry))) for identity, entry in listed.items()}


def clean(text: str | None) -> str:
    return " ".join((text or "").split())


def test_ofac_in_numbers_and_known_fields() -> None:
    listed = entries("ofac", *SDN)
    assert Counter(entry.kind for entry in listed.values()) == {
        Kind.PERSON: 4620,
        Kind.ORGANISATION: 3673,
        Kind.VESSEL: 406,
        Kind.AIRCRAFT: 277,
    }
    links = [link for entry in listed.values() for link in entry.links]
    assert len(links) > 3000 and sum(link.entry_id is not None for link in links) > 0.85 * len(links)
    assert sum(1 for entry in listed.values() if entry.kind is Kind.PERSON and entry.birth_dates) > 3500
    hacker = listed["28264"]
    # The second half of these remarks stands in the file of comments.
    assert {name.text: name.quality for name in hacker.names}["khaleesi"] is Quality.WEAK
    assert hacker.links[0].entry_id == "27307"
    assert (Scheme.NATIONAL_ID, "210302198701102136") in {
        (each.scheme, each.number) for each in hacker.identifiers
    }
    assert len(entries("ofac", *CONSOLIDATED)) == 442


@pytest.mark.parametrize("names", [SDN, CONSOLIDATED], ids=["sdn", "consolidated"])
def test_no_cell_of_ofac_is_lost(names: tuple[str, ...]) -> None:
    """Every filled cell is found again in its entry; keys of rows and words of types are not sought."""
    known = texts(entries("ofac", *names))
    sought, lost = 0, []
    for name in names:
        with (DATA / name).open(encoding="utf-8") as file:
            for row in csv.reader(file):
                coded = {12: {2}, 5: {1, 2}, 6: {1}}.get(len(row), set())
                for place, cell in enumerate(row if len(row) > 1 else ()):
                    said = clean(cell)
                    parts = said.split("] [") if (len(row), place) == (12, 3) else [said]
                    if place in coded or said in ("", "-0-"):
                        continue
                    sought += len(parts)
                    lost += [(name, row[0], part) for part in parts if part not in known[row[0]]]
    assert sought > 4000 and lost == []


def test_no_element_of_the_un_is_lost() -> None:
    listed = entries("un", "un_consolidated.xml")
    assert Counter(entry.kind for entry in listed.values()) == {Kind.PERSON: 730, Kind.ORGANISATION: 273}
    assert sum(any(name.script for name in entry.names) for entry in listed.values()) == 378
    known = texts(listed)
    sought, lost = 0, []
    for group in ElementTree.parse(DATA / "un_consolidated.xml").getroot():
        for record in group:
            identity = clean(record.findtext("DATAID"))
            for element in record.iter():
                # Quality and exactness are fields of ours, and a zone after a day of listing says nothing.
                said = "" if element.tag in ("QUALITY", "TYPE_OF_DATE") else clean(element.text)
                said = said[:10] if element.tag == "LISTED_ON" else said
                sought += bool(said)
                lost += [(identity, element.tag, said)] if said not in known[identity] else []
    assert sought > 20_000 and lost == []
