"""One file a format: files of publishers to entries. `read_list` knows them by name and imports them late."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from knowledge.watchlists.errors import ListUnreadable, UnknownList
from knowledge.watchlists.formats.shapes import Reading

#: Format → (module for text with commas or lines, module for XML, what it is). A format has one of the two or both.
FORMATS: dict[str, tuple[str | None, str | None, str]] = {
    "ofac": ("ofac_csv", "ofac_xml", "OFAC SDN and consolidated: the old CSV files or the advanced XML"),
    "un": (None, "un", "UN Security Council consolidated list, XML"),
    "eu": ("eu_csv", "eu_xml", "EU consolidated list, CSV or XML"),
    "uk": ("uk_csv", "uk_xml", "UK Sanctions List (or the older OFSI list), CSV or XML"),
    "china": ("china", None, "Chinese lists: 不可靠实体清单, 出口管制管控名单, 反制清单, CSV"),
    "dishonest": ("dishonest", None, "Dishonest judgment debtors (失信被执行人), CSV"),
    "opensanctions": ("ftm", None, "OpenSanctions FollowTheMoney, JSON lines"),
    "house": ("house", None, "A list of one's own, CSV with at least a column name"),
}
#: The version of the readers: raise it when they make other entries of the same files, so that these are read again.
READERS = 1
#: Bytes in which it shows whether a file is XML, and characters of the longest identity of an entry.
_HEAD, _LONGEST = 400, 200
_PAGE = re.compile(rb"<(!doctype\s+html|html)\b", re.IGNORECASE)


def read_list(format: str, files: Sequence[Path], *, max_bytes: int) -> Reading:
    """The entries of these files; whether they are XML shows in their first bytes.

    Raises UnknownList for a format that is none, ListUnreadable for everything that is wrong with the files.
    """
    if format not in FORMATS:
        raise UnknownList(f"“{format}” is no format of a list; there are {', '.join(FORMATS)}")
    if not files:
        raise ListUnreadable("no file was given")
    plain, marked, _ = FORMATS[format]
    kinds = {_is_xml(path, max_bytes) for path in files}
    if len(kinds) > 1:
        raise ListUnreadable("some of the files are XML and some are not; load them as lists of their own")
    module = marked if kinds == {True} else plain
    if module is None:
        wanted = "an XML file" if plain is None else "no XML file"
        raise ListUnreadable(f"{files[0].name}: the format {format} is {wanted}; this is another file")
    reading: Reading = import_module(f"knowledge.watchlists.formats.{module}").read(files)
    counts = Counter(entry.id for entry in reading.entries)
    for identity, times in counts.most_common(1):
        if times > 1:
            raise ListUnreadable(
                f"the entry {identity} stands {times} times in the files; each must have its own number"
            )
    if long := next((identity for identity in counts if len(identity) > _LONGEST), None):
        raise ListUnreadable(f"the number of the entry {long[:40]}… is longer than {_LONGEST} characters")
    return reading


def _is_xml(path: Path, max_bytes: int) -> bool:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as wrong:
        raise ListUnreadable(f"{path.name} cannot be read: {wrong.strerror or wrong}") from None
    if not head.strip():
        raise ListUnreadable(f"{path.name} is empty; fetch it again")
    if size > max_bytes:
        raise ListUnreadable(
            f"{path.name} has {size // 1_000_000:,} MB, more than the {max_bytes // 1_000_000:,} MB that policy allows "
            "(watchlists.max_megabytes)"
        )
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "ignore").encode("utf-8", "ignore")
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if page := _PAGE.match(head):
        raise ListUnreadable(
            f"{path.name} begins with <{page[1].decode()}>: it is a web page and not the list, such as a publisher "
            "gives who is away or wants a sign-in"
        )
    return head.startswith(b"<")
