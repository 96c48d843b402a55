"""Files and folders as a source: found, read line by line or whole, and handed to the library.

A folder may hold an `index.jsonl` that says what its files do not: `{"path", "title", "published", "source",
"tier", "class", "customers"}`, paths relative to the folder. Hidden files are passed over, links are not followed
out of the folder, and whatever is passed over is reported.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.passages.adding import Outcome
from knowledge.passages.preparing import NewDocument
from knowledge.reading import ReadingLimits
from knowledge.sources.records import Aside, Defaults, Findings, Unusable, metadata, parse, read_lines
from store.canonical import mended

if TYPE_CHECKING:
    from knowledge.library import Library

#: The sidecar of a folder.
INDEX = "index.jsonl"

_JSONL = (".jsonl", ".ndjson")
#: Notes and keys beyond so many are counted, not listed.
_TOLD = 50


@dataclass(slots=True)
class IngestReport:
    """What an ingest did: documents that are new, those that were there, and what was set aside with reasons."""

    read: int = 0
    unchanged: int = 0
    linked: int = 0
    aside: list[Aside] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report for scripts."""
        return {
            "read": self.read,
            "unchanged": self.unchanged,
            "linked": self.linked,
            "set_aside": [{"file": row.file, "line": row.line, "reason": row.reason} for row in self.aside],
            "notes": list(self.notes),
        }


def ingest(
    library: Library,
    paths: Iterable[Path],
    *,
    defaults: Defaults | None = None,
    limits: ReadingLimits | None = None,
    actor: str = "system",
) -> IngestReport:
    """Everything under `paths` into the library; running it again changes nothing."""
    findings = Findings()
    found = documents(
        paths, defaults=defaults or Defaults(), limits=limits or ReadingLimits(), findings=findings
    )
    report = IngestReport()
    for added in library.add_many(found, actor=actor):
        report.read += added.outcome is Outcome.NEW
        report.unchanged += added.outcome is Outcome.UNCHANGED
        report.linked += added.linked
        if added.outcome is Outcome.SET_ASIDE:
            file, line = _place(added.name)
            report.aside.append(Aside(file, added.reason or "", line))
        findings.notes += [f"{added.name}: {warning}" for warning in added.warnings]
    report.aside = [*findings.aside, *report.aside]
    keys = [
        f"{place}: the key “{key}” is not known and was not read"
        for key, place in findings.unknown_keys.items()
    ]
    notes = [*sorted(keys), *findings.notes]
    report.notes = notes[:_TOLD] + ([f"and {len(notes) - _TOLD} more notes"] if len(notes) > _TOLD else [])
    return report


def documents(
    paths: Iterable[Path], *, defaults: Defaults, limits: ReadingLimits, findings: Findings
) -> Iterator[NewDocument]:
    """The documents of files and folders, one after the other; what cannot be read goes to `findings`."""
    for path in paths:
        if path.is_dir():
            yield from _folder(path, defaults, limits, findings)
        elif path.exists():
            yield from _file(path, path.name, None, defaults, limits, findings)
        else:
            findings.aside.append(Aside(str(path), "there is no such file or folder"))


def _folder(
    root: Path, defaults: Defaults, limits: ReadingLimits, findings: Findings
) -> Iterator[NewDocument]:
    real = root.resolve()
    index = _read_index(root, findings)
    unused = set(index)
    for folder, folders, names in os.walk(
        root, onerror=lambda wrong: findings.aside.append(_unreadable(wrong))
    ):
        here = Path(folder)
        for name in sorted(folders):
            if name.startswith("."):
                findings.notes.append(f"{(here / name).relative_to(root)}: hidden, not read")
            elif (here / name).is_symlink():
                _link_aside(here / name, root, real, findings)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not (here / name).is_symlink()
        )
        for name in sorted(names):
            path = here / name
            shown = str(path.relative_to(root))
            if name == INDEX:
                continue
            if name.startswith("."):
                findings.notes.append(f"{shown}: hidden, not read")
            elif path.is_symlink():
                _link_aside(path, root, real, findings)
            else:
                unused.discard(shown)
                yield from _file(path, shown, index.get(shown), defaults, limits, findings)
    findings.aside += [
        Aside(INDEX, f"the index names “{path}”, and there is no such file") for path in sorted(unused)
    ]


def _file(
    path: Path,
    shown: str,
    record: Mapping[str, Any] | None,
    defaults: Defaults,
    limits: ReadingLimits,
    findings: Findings,
) -> Iterator[NewDocument]:
    # A name on disk need not be text; what is stored and told must be.
    shown, source = mended(shown), mended(path.name)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            findings.aside.append(Aside(shown, "it is not a regular file"))
        elif path.suffix.lower() in _JSONL:
            yield from read_lines(path, shown, defaults, findings)
        elif status.st_size > limits.max_bytes:
            size, most = status.st_size / 2**20, limits.max_bytes / 2**20
            reason = (
                f"the file has {size:,.1f} MiB, and {most:,.1f} MiB is the limit; send the part that matters"
            )
            findings.aside.append(Aside(shown, reason))
        else:
            meta = metadata(record or {}, name=shown, defaults=defaults, findings=findings)
            yield NewDocument(name=shown, data=path.read_bytes(), **{"source": source, **meta})
    except Unusable as wrong:
        findings.aside.append(Aside(shown, str(wrong)))
    except OSError as wrong:
        findings.aside.append(_unreadable(wrong, shown))


def _read_index(root: Path, findings: Findings) -> dict[str, dict[str, Any]]:
    path = root / INDEX
    index: dict[str, dict[str, Any]] = {}
    if not path.is_file() or path.is_symlink():
        return index
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = parse(line)
            if not isinstance(record.get("path"), str):
                raise Unusable("the record has no “path”")
            index[os.path.normpath(record["path"])] = record
        except Unusable as wrong:
            findings.aside.append(Aside(INDEX, str(wrong), number))
    return index


def _link_aside(path: Path, root: Path, real: Path, findings: Findings) -> None:
    """A link within the folder leads to what is read anyway; one that leads out of it is not followed."""
    try:
        inside = path.resolve().is_relative_to(real)
    except (OSError, RuntimeError):  # a link that leads to itself
        inside = False
    if not inside:
        findings.aside.append(Aside(str(path.relative_to(root)), "it is a link that leads out of the folder"))


def _unreadable(wrong: OSError, shown: str | None = None) -> Aside:
    return Aside(shown or str(wrong.filename), f"it cannot be read ({wrong.strerror or wrong})")


def _place(name: str) -> tuple[str, int | None]:
    """The file and line of a document's name: `news.jsonl:17`."""
    file, _, line = name.rpartition(":")
    return (file, int(line)) if file and line.isdigit() else (name, None)
