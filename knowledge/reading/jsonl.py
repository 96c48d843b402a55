"""JSON Lines: one record a line, read as its fields."""

from __future__ import annotations

import json
from collections.abc import Iterator

from knowledge.reading.errors import BrokenFile, FileTooLarge
from knowledge.reading.language import detect_language
from knowledge.reading.shapes import Block, ReadDocument, ReadingLimits
from knowledge.reading.text import clean, decode


def read_jsonl(data: bytes, *, limits: ReadingLimits) -> ReadDocument:
    """One block a line: ``title`` and ``text`` where a record has a text, else ``field: value`` lines.

    A line that is no JSON object is left out with a warning; BrokenFile if none is one.
    """
    text, _ = decode(data)
    warnings: list[str] = []
    blocks = tuple(_blocks(text, warnings, limits))
    if not blocks:
        raise BrokenFile("No line of the file is a JSON object; JSON Lines has one object a line.")
    language = detect_language("\n".join(block.text for block in blocks[:200]))
    return ReadDocument(blocks, None, language, "application/jsonl", warnings=tuple(warnings))


def _blocks(text: str, warnings: list[str], limits: ReadingLimits) -> Iterator[Block]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        if number > limits.max_rows:
            raise FileTooLarge(f"The file has more than {limits.max_rows:,} lines; split it.")
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            if len(warnings) < 20:
                warnings.append(f"Line {number} is no JSON object and was left out.")
            continue
        said = clean(_said(record)).strip()
        if said:
            yield Block(said, {"line": number})


def _said(record: dict[str, object]) -> str:
    if isinstance(record.get("text"), str):
        return "\n".join(str(record[key]) for key in ("title", "text") if record.get(key))
    pairs = ((key, value) for key, value in record.items() if value not in (None, "", [], {}))
    return "\n".join(
        f"{key}: {value if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)}"
        for key, value in pairs
    )
