"""XML files of lists, read record by record with little memory, and with everything dangerous refused.

A list has no use for a document type, so one that brings it is refused before anything of it is read: with it go
external entities and entities that grow (XML bombs). Depth and size of a record are bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats.shapes import Notes, clean

#: No list nests deeper or has larger records; what does is not one.
_DEPTH, _CHARACTERS, _NODES = 40, 8_000_000, 400_000
_CHUNK = 1 << 18


class Node:
    """An element without its namespace; what is taken of it is gone, so that the rest can be kept."""

    __slots__ = ("attributes", "children", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.children: list[Node] = []
        self.text = ""

    def take(self, tag: str) -> Node | None:
        """The first child of this name."""
        for place, child in enumerate(self.children):
            if child.tag == tag:
                return self.children.pop(place)
        return None

    def take_all(self, *path: str) -> list[Node]:
        """The children of this name; of a longer path those of the last name, below every element of the way."""
        found = [child for child in self.children if child.tag == path[0]]
        if len(path) > 1:
            return [node for child in found for node in child.take_all(*path[1:])]
        self.children = [child for child in self.children if child.tag != path[0]]
        return found

    def words(self, tag: str) -> str:
        """The text of the first child of this name; what else the child has stays for `rest`."""
        for place, child in enumerate(self.children):
            if child.tag == tag:
                said, child.text = clean(child.text), ""
                if not child.children and not child.attributes:
                    self.children.pop(place)
                if said:
                    return said
        return ""

    def all_words(self, *path: str) -> list[str]:
        """The texts of all children of this name or path; what else they have stays for `rest`."""
        found = []
        for child in self.children:
            if child.tag == path[0]:
                if len(path) > 1:
                    found += child.all_words(*path[1:])
                elif said := clean(child.text):
                    found.append(said)
                    child.text = ""
        return found

    def sign(self, name: str) -> str:
        """The value of an attribute."""
        return clean(self.attributes.pop(name, ""))

    def rest(self, prefix: str = "") -> list[tuple[str, str]]:
        """Everything that nobody took, by its path."""
        where = f"{prefix}/{self.tag}" if prefix else self.tag
        left = [
            (f"{where}@{name}", said) for name, value in self.attributes.items() if (said := clean(value))
        ]
        if said := clean(self.text):
            left.append((where, said))
        for child in self.children:
            left += child.rest(where)
        return left

    def rests(self) -> list[tuple[str, str]]:
        """The same without this element's own name in the path."""
        left = [(name, said) for name, value in self.attributes.items() if (said := clean(value))]
        if said := clean(self.text):
            left.append((self.tag, said))
        for child in self.children:
            left += child.rest()
        return left


class XmlRecords:
    """The records of one file in its order; `root` fills with what stands outside of records as the file is read."""

    def __init__(self, path: Path, *, roots: frozenset[str], records: frozenset[str]) -> None:
        """Raises ListUnreadable where the file is empty or its root is none of `roots`."""
        self.name = path.name
        self._path, self._roots, self._records = path, roots, records
        self.root = Node("", {})
        try:
            with path.open("rb") as file:
                head = file.read(_CHUNK)
        except OSError as wrong:
            raise ListUnreadable(f"{path.name} cannot be read: {wrong.strerror or wrong}") from None
        if not head.strip():
            raise ListUnreadable(f"{path.name} is empty; fetch it again")

    def __iter__(self) -> Iterator[Node]:
        builder = _Builder(self)
        with self._path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                self._parse(builder, chunk, last=False)
                yield from builder.done
                builder.done.clear()
        self._parse(builder, b"", last=True)
        yield from builder.done

    def note_rest(self, notes: Notes) -> None:
        """Name what stood outside of records and was not taken: where it is much, the format has changed."""
        for child in self.root.children:
            for path, said in child.rest():
                notes.add(f"{self.name}: {path} (“{said[:60]}”) belongs to no entry that is known here")

    def _parse(self, builder: _Builder, chunk: bytes, *, last: bool) -> None:
        try:
            builder.parser.Parse(chunk, last)
        except (expat.ExpatError, ValueError, LookupError) as wrong:
            line = builder.parser.CurrentLineNumber
            said = expat.ErrorString(wrong.code) if isinstance(wrong, expat.ExpatError) else str(wrong)
            said = "the file breaks off" if last and builder.is_open else said
            raise ListUnreadable(
                f"{self.name}, line {line}: {said}; the file is damaged or cut short, fetch it again"
            ) from None

    def open_root(self, tag: str, attributes: dict[str, str]) -> None:
        if tag not in self._roots:
            raise ListUnreadable(
                f"{self.name} begins with <{tag[:60]}> and not with <{'> or <'.join(sorted(self._roots))}>: "
                "it is another file, or the list has changed in format"
            )
        self.root = Node(tag, attributes)

    def is_record(self, tag: str) -> bool:
        return tag in self._records


class _Builder:
    """Collects records from the parser's calls; elements that stand outside of records hang below the root."""

    def __init__(self, file: XmlRecords) -> None:
        self._file = file
        self.done: list[Node] = []
        self._path: list[Node] = []
        self._record: int | None = None
        self._characters = self._nodes = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    @property
    def is_open(self) -> bool:
        """Whether an element has begun and not ended."""
        return bool(self._path)

    def _doctype(self, *_: object) -> None:
        raise ListUnreadable(
            f"{self._file.name} brings a document type (DOCTYPE) of its own, which no list needs and which can hide "
            "harmful content; it was not read"
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag, plain = name[name.rfind(" ") + 1 :], attributes
        if " " in "".join(attributes):  # names in a namespace, such as xsi:type
            plain = {key[key.rfind(" ") + 1 :]: value for key, value in attributes.items()}
        if not self._path:
            self._file.open_root(tag, plain)
            self._path.append(self._file.root)
            return
        self._nodes += 1
        if len(self._path) >= _DEPTH or self._nodes > _NODES:
            self._too_much("is nested too deeply" if len(self._path) >= _DEPTH else "has too many parts")
        node = Node(tag, plain)
        if self._record is None and self._file.is_record(tag):
            self._record = len(self._path)
            self._nodes = self._characters = 0
        else:
            self._path[-1].children.append(node)
        self._path.append(node)

    def _text(self, data: str) -> None:
        if self._path and (self._record is not None or not data.isspace()):
            self._characters += len(data)
            if self._characters > _CHARACTERS:
                self._too_much("is too long")
            self._path[-1].text += data

    def _end(self, name: str) -> None:
        node = self._path.pop()
        if self._record is not None and len(self._path) == self._record:
            self._record = None
            self._nodes = self._characters = 0
            self.done.append(node)

    def _too_much(self, what: str) -> None:
        raise ListUnreadable(
            f"{self._file.name}, line {self.parser.CurrentLineNumber}: a record {what} for any list; it was not read"
        )
