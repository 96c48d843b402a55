"""Documents as lines of JSON (JSONL): one object a line, each read for itself, so that a broken one hurts no other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.passages.preparing import NewDocument
from store.access import FieldClass
from store.canonical import mended
from store.dates import PartialDate
from store.evidence import Tier

#: A longer line is not read into memory; in bytes.
LONGEST_LINE = 32 * 1024 * 1024

#: From the most open to the most closed.
_STRICTNESS = [FieldClass.PUBLIC, FieldClass.INTERNAL, FieldClass.PERSONAL, FieldClass.SUSPICION]

#: What a record may say; anything else is reported once.
KNOWN_KEYS = frozenset(
    key
    for keys in (
        ("id", "external_id", "title", "text", "published", "date", "url", "source", "language"),
        ("customers", "customer", "tier", "class", "page", "doc", "kind"),
    )
    for key in keys
)
_LANGUAGES = ("zh", "en", "other")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for documents that do not say otherwise.

    A class that is set here is a floor: a document may say that it is more closed, not that it is more open.
    """

    source: str | None = None
    field_class: FieldClass | None = None
    customers: tuple[str, ...] = ()
    tier: Tier = Tier.UNKNOWN


@dataclass(frozen=True, slots=True)
class Aside:
    """What was set aside: the file, the line where there is one, and the reason in one sentence."""

    file: str
    reason: str
    line: int | None = None


@dataclass(slots=True)
class Findings:
    """What was noticed on the way: what was set aside, and what is worth telling once."""

    aside: list[Aside] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unknown_keys: dict[str, str] = field(default_factory=dict)


class Unusable(ValueError):
    """A record cannot become a document; the message says why."""


def read_lines(path: Path, name: str, defaults: Defaults, findings: Findings) -> Iterator[NewDocument]:
    """The documents of a JSONL file, in order; broken lines go to `findings` with their number and reason."""
    for number, line in _lines(path):
        if line is None:
            reason = f"the line is longer than {LONGEST_LINE // 2**20} MiB; split the text"
            findings.aside.append(Aside(name, reason, number))
            continue
        if not line.strip():
            continue
        try:
            record = parse(line)
            for key in record.keys() - KNOWN_KEYS:
                findings.unknown_keys.setdefault(str(key)[:80], f"{name}:{number}")
            yield document_of(
                record,
                name=f"{name}:{number}",
                source=mended(path.name),
                defaults=defaults,
                findings=findings,
            )
        except Unusable as wrong:
            findings.aside.append(Aside(name, str(wrong), number))


def parse(line: bytes) -> dict[str, Any]:
    """One line as a JSON object; raises Unusable."""
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unusable("the line is not UTF-8; save the file as UTF-8") from None
    except json.JSONDecodeError as wrong:
        raise Unusable(f"the line is not JSON ({wrong.msg} at column {wrong.colno})") from None
    except (RecursionError, ValueError):  # nested too deep, or a number with thousands of digits
        raise Unusable(
            "the line is JSON that nobody writes: nested too deep or with an endless number"
        ) from None
    if not isinstance(record, dict):
        raise Unusable("the line is JSON, but not an object {…}")
    return record


def document_of(
    record: Mapping[str, Any], *, name: str, source: str, defaults: Defaults, findings: Findings
) -> NewDocument:
    """One record as a document; raises Unusable where it has no text or says something that cannot be."""
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Unusable("the record has no “text”")
    meta = metadata(record, name=name, defaults=defaults, findings=findings)
    page = record.get("page")
    locator = (
        {"page": page} if isinstance(page, int) and not isinstance(page, bool) and 0 <= page < 10**6 else {}
    )
    return NewDocument(
        name=name,
        text=text,
        locator=locator,
        part_of=_text(record.get("doc")),
        kind="table" if record.get("kind") == "table" else "text",
        **{"source": source, **meta},
    )


def metadata(
    record: Mapping[str, Any], *, name: str, defaults: Defaults, findings: Findings
) -> dict[str, Any]:
    """What a record or the index of a folder says about a document, as arguments of NewDocument."""
    external = record.get("external_id", record.get("id"))
    stated = record.get("published", record.get("date"))
    published = _day(stated)
    if stated not in (None, "") and published is None:
        findings.notes.append(f"{name}: “{str(stated)[:40]}” is not a date; the document is kept without one")
    tier = record.get("tier")
    if tier is not None and tier not in set(Tier):
        findings.notes.append(f"{name}: “{str(tier)[:40]}” is not a trust tier; taken as unknown")
        tier = None
    language = record.get("language")
    meta: dict[str, Any] = {
        "external_id": _text(external),
        "title": _text(record.get("title")),
        "published": published,
        "url": _text(record.get("url")),
        "language": language if language in _LANGUAGES else None,
        "tier": Tier(tier) if tier else defaults.tier,
        "field_class": _class(record.get("class"), defaults.field_class),
        "customers": (*defaults.customers, *_customers(record)),
    }
    source = _text(record.get("source")) or defaults.source
    return {**meta, "source": source} if source else meta


def _class(stated: Any, floor: FieldClass | None) -> FieldClass:
    if stated in (None, ""):
        return floor or FieldClass.INTERNAL
    if stated not in set(FieldClass):
        raise Unusable(f"“{str(stated)[:40]}” is not a class; write {', '.join(FieldClass)}")
    return max(FieldClass(stated), floor or FieldClass.PUBLIC, key=_STRICTNESS.index)


def _customers(record: Mapping[str, Any]) -> list[str]:
    stated = record.get("customers", record.get("customer"))
    if isinstance(stated, str):
        stated = stated.split(";")
    if not isinstance(stated, list):
        return []
    return [text for item in stated if (text := _text(item))]


def _text(value: Any) -> str | None:
    """A text or a number as text; nothing for what is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip()[:2_000] or None


def _day(value: Any) -> str | None:
    text = _text(value)
    if text is None:
        return None
    try:
        # A time of day may follow: 2023-08-15T16:12:00+08:00.
        return str(PartialDate.parse(text.replace("T", " ").split(" ")[0]))
    except ValueError:
        return None


def _lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """The lines with their numbers from 1; None for one that is too long."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) <= LONGEST_LINE:
                yield number, line
                continue
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE)
            yield number, None
