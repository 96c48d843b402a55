"""The guard (把关): what may leave. A claim stands on evidence that was read in this turn, figure by figure.

It knows nothing of topics: whoever wrote the draft, the same rules hold.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.assistant.draft import FRAMES, Draft, Line, LineKind
from bot.assistant.numerals import Numerals, missing, read_numerals, spelled
from store.evidence import Evidence, EvidenceKind

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Guarded:
    """What the guard let through, and why the rest was dropped."""

    draft: Draft
    dropped: tuple[str, ...] = ()


def guard(
    draft: Draft, read: Mapping[str, Evidence], *, given: Iterable[str] = (), names: Iterable[str] = ()
) -> Guarded:
    """Drop every claim that is not covered by evidence in `read`.

    `given` are dates that the asker set (period, as of); `names` are names of customers, whose digits are no
    figures. A draft that loses all of its claims loses its frame too: nothing is left but what is unknown.
    """
    allowed = read_numerals(" ; ".join(given))
    known = sorted({name for name in names if any(sign.isdigit() for sign in name)}, key=len, reverse=True)
    kept: list[Line] = []
    dropped: list[str] = []
    for line in draft.lines:
        reason = _objection(line, read, allowed, known)
        if reason is None:
            # The same record cited twice carries both quotations.
            kept.append(replace(line, evidence=tuple(read[item.id] for item in line.evidence)))
        else:
            dropped.append(reason)
    if dropped:
        _log.warning(
            "the guard dropped %d of %d lines: %s", len(dropped), len(draft.lines), "; ".join(dropped[:5])
        )
        if not any(line.evidence for line in kept):
            kept = []
        kept = _without_orphans(kept)
    return Guarded(replace(draft, lines=tuple(kept)), tuple(dropped))


def _objection(line: Line, read: Mapping[str, Evidence], allowed: Numerals, names: list[str]) -> str | None:
    if not line.evidence:
        return None if line.kind in FRAMES else f"no evidence for a {line.kind}"
    unread = [item.id for item in line.evidence if read.get(item.id) is None]
    if unread:
        return f"evidence {unread[0]} was not read in this turn"
    evidence = [read[item.id] for item in line.evidence]
    for item in evidence:
        if item.calculation and any(ref not in read for _, ref, _ in item.calculation.inputs):
            return f"calculation {item.id} stands on evidence that was not read in this turn"
    if line.kind is LineKind.QUOTE:
        quoted = any(_flat(line.text) in _flat(item.quote) for item in evidence)
        return None if quoted else "a quotation is not in its evidence"
    said = line.text
    for name in names:
        said = said.replace(name, " ")
    lost = missing(_held(evidence, allowed), read_numerals(said))
    # What is copied whole from the evidence keeps its digits: numbers of cases, telephones, codes.
    copied = "\n".join(_flat(item.quote) for item in evidence)
    lost = [figure for figure in lost if not _copied(figure, said, copied)]
    return f"{lost[0]} is not in the evidence" if lost else None


def holds_figure(item: Evidence, figure: str) -> bool:
    """Whether a figure stands in one piece of evidence, as it is or rounded as usual."""
    return not missing(_held([item], Numerals((), ())), read_numerals(figure))


def _held(evidence: list[Evidence], allowed: Numerals) -> Numerals:
    numbers, dates = list(allowed.numbers), list(allowed.dates)
    for item in evidence:
        place = " ".join(str(value) for value in item.locator.values())
        texts = [
            item.quote,
            item.date or "",
            item.title or "",
            item.source,
            item.external_id or "",
            item.customer or "",
            place,
        ]
        if item.recorded_at is not None:
            texts.append(item.recorded_at.date().isoformat())
        if item.kind is EvidenceKind.CALCULATION and item.calculation:
            texts += [item.calculation.formula, f"{abs(item.calculation.result):f}"]
            texts += [f"{abs(value):f}" for _, _, value in item.calculation.inputs]
        for text in texts:
            found = read_numerals(text)
            numbers += spelled(text)
            numbers += found.numbers
            dates += found.dates
    return Numerals(tuple(numbers), tuple(dates))


def _copied(figure: str, said: str, copied: str) -> bool:
    """Whether the word around a figure stands in the evidence as it is."""
    words = [
        word.strip(",;:，；：、。.()（）“”‘’《》〈〉\"'")
        for word in said.replace("，", " ").replace("、", " ").split()
    ]
    around = [word for word in words if figure in word and word != figure]
    return bool(around) and all(word in copied for word in around)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _without_orphans(lines: list[Line]) -> list[Line]:
    """Headings and heads of tables that nothing follows go too."""
    kept: list[Line] = []
    for line in reversed(lines):
        follows = kept[-1].kind if kept else None
        if line.kind is LineKind.COLUMNS and follows is not LineKind.ROW:
            continue
        if line.kind is LineKind.HEADING and follows in (None, LineKind.HEADING):
            continue
        kept.append(line)
    return kept[::-1]
