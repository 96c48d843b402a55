"""Files that want to hurt: XML bombs and entities, endless depth, broken quotes; each is one sentence and soon."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats import FORMATS, read_list
from knowledge.watchlists.formats.xmlfile import XmlRecords

_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE CONSOLIDATED_LIST [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
    + "]><CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>&k;</FIRST_NAME></INDIVIDUAL>"
    "</INDIVIDUALS></CONSOLIDATED_LIST>"
)


def _un(inside: str, head: str = "") -> str:
    return f"{head}<CONSOLIDATED_LIST><INDIVIDUALS>{inside}</INDIVIDUALS></CONSOLIDATED_LIST>"


def _outside(path: Path) -> str:
    return _un(
        "<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>&x;</FIRST_NAME></INDIVIDUAL>",
        f'<!DOCTYPE CONSOLIDATED_LIST [<!ENTITY x SYSTEM "file://{path}">]>',
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (_BOMB, "document type"),
        (_un("", '<!DOCTYPE CONSOLIDATED_LIST SYSTEM "http://127.0.0.1:9/list.dtd">'), "document type"),
        (_un("<INDIVIDUAL>" + "<a>" * 100_000), "nested too deeply"),
        (_un("<INDIVIDUAL>" + "<a/>" * 500_000), "too many parts"),
        (_un(f"<INDIVIDUAL><DATAID>{'9' * 9_000_000}"), "too long"),
        (_un("<INDIVIDUAL><DATAID>&nothing;</DATAID></INDIVIDUAL>"), "undefined entity"),
        (_un("<INDIVIDUAL><DATAID>\x01</DATAID></INDIVIDUAL>"), "not well-formed"),
        ('<?xml version="1.0" encoding="gb2312"?><CONSOLIDATED_LIST/>', "line 1"),
        ("<", "damaged or cut short"),
        ("", "is empty"),
        ("   \n ", "is empty"),
    ],
)
def test_hostile_xml_is_refused_and_soon(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "list.xml"
    file.write_text(text, encoding="utf-8")
    start = time.perf_counter()
    with pytest.raises(ListUnreadable, match=reason if text.strip() else "is empty|no XML|is an XML file"):
        read_list("un", [file], max_bytes=10**8)
    assert time.perf_counter() - start < 5


def test_an_entity_does_not_bring_a_file_in(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of the house")
    file = tmp_path / "list.xml"
    file.write_text(_outside(secret))
    with pytest.raises(ListUnreadable) as told:
        read_list("un", [file], max_bytes=10**8)
    assert "secret of the house" not in str(told.value)


@pytest.mark.parametrize("format", sorted(FORMATS))
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 1000,
        b"\xff\xfe\x00",
        b"name\n" + b'"' * 10_001,
        b'name\n"open and never closed\n' + b"x\n" * 50_000,
        b"name,kind\n" + b"a" * 200_000 + b",person\n",
        b"name\n\xe4\xb8\xad\xe6\x96\n",
        b"<html><body>404 Not found</body></html>",
        b"%PDF-1.7 \xe2\xe3\xcf\xd3",
        b"PK\x03\x04" + bytes(range(256)) * 20,
        b'{"error": "rate limit"}',
    ],
    ids=["empty", "nul", "utf16", "quotes", "open", "long", "cut", "html", "pdf", "zip", "json"],
)
def test_what_is_no_list_is_no_list_in_any_format(tmp_path: Path, format: str, data: bytes) -> None:
    file = tmp_path / "download"
    file.write_bytes(data)
    with pytest.raises(ListUnreadable):
        read_list(format, [file], max_bytes=10**8)


def test_a_file_that_is_not_there_a_folder_and_one_that_is_too_large(tmp_path: Path) -> None:
    with pytest.raises(ListUnreadable, match="cannot be read"):
        read_list("un", [tmp_path / "nothing.xml"], max_bytes=10**8)
    with pytest.raises(ListUnreadable, match="cannot be read"):
        read_list("un", [tmp_path], max_bytes=10**8)
    file = tmp_path / "list.xml"
    file.write_text(_un(" " * 2_000_000))
    with pytest.raises(ListUnreadable, match=r"has 2 MB, more than the 1 MB"):
        read_list("un", [file], max_bytes=10**6)


@settings(max_examples=60, deadline=None)
@given(
    cut=st.integers(min_value=1, max_value=600), format=st.sampled_from(["house", "opensanctions", "ofac"])
)
def test_a_cut_file_is_refused_or_gives_whole_entries(tmp_path_factory, cut: int, format: str) -> None:
    """Cut anywhere: what is read is a beginning of the entries, never half of one."""
    whole = {
        "house": 'id,name,reason\n1,"Korvath, Miro","never\npaid"\n2,蓝鹭航运,"x ""y"" z"\n3,Vesna,end\n',
        "opensanctions": "".join(
            f'{{"id": "{n}", "schema": "Person", "properties": {{"name": ["Miro {n} 米罗"]}}}}\n'
            for n in range(3)
        ),
        "ofac": "".join(
            f'{n},"MIRO {n}",-0- ,"P",{",".join(["-0- "] * 7)},"DOB 19{n}0."\n' for n in range(3)
        ),
    }[format].encode()
    folder = tmp_path_factory.mktemp("cut")
    full, part = folder / "full", folder / "part"
    full.write_bytes(whole)
    part.write_bytes(whole[:cut])
    entries = read_list(format, [full], max_bytes=10**6).entries
    try:
        read = read_list(format, [part], max_bytes=10**6).entries
    except ListUnreadable:
        return
    # A last cell without its line's end may be shorter; everything before it is as in the whole file.
    assert read[:-1] == entries[: max(0, len(read) - 1)]
    assert len(read) <= len(entries)


def test_a_large_file_is_read_with_little_memory(tmp_path: Path) -> None:
    file = tmp_path / "large.xml"
    record = (
        f"<INDIVIDUAL><DATAID>1</DATAID><COMMENTS1>{'a made-up comment ' * 100}</COMMENTS1></INDIVIDUAL>\n"
    )
    with file.open("w") as out:
        out.write("<CONSOLIDATED_LIST><INDIVIDUALS>")
        out.writelines(record for _ in range(12_000))
        out.write("</INDIVIDUALS></CONSOLIDATED_LIST>")
    records = XmlRecords(file, roots=frozenset({"CONSOLIDATED_LIST"}), records=frozenset({"INDIVIDUAL"}))
    tracemalloc.start()
    try:
        assert sum(1 for _ in records) == 12_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert file.stat().st_size > 20_000_000
    assert peak < 8_000_000
