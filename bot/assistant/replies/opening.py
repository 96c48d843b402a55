"""Opening a source of the answer before, and saying how that answer came about (打开来源、解释计算)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.assistant.draft import Draft, Line, bullet, heading, lead, note, quote
from bot.assistant.replies.figures import place
from bot.assistant.tools import Tools
from bot.assistant.wording import Wording, plain
from prompts.phrasebook import Phrasebook
from store.evidence import Evidence, EvidenceKind


def opened(
    number: int, evidence: Sequence[Evidence], tools: Tools, book: Phrasebook, words: Wording
) -> Draft:
    """One source with everything that is known of it; the number is the mark in the answer before."""
    if not evidence:
        return Draft(unknown=(book["answers.open.nothing"],))
    if not 1 <= number <= len(evidence):
        return Draft(unknown=(book.count("answers.open.range", len(evidence), asked=number),))
    item = evidence[number - 1]
    for other in evidence:
        tools.passage(other)
    kind = book[f"labels.evidence.{item.kind.value}"]
    lines: list[Line] = [heading(book.say("answers.open.heading", number=number, kind=kind))]
    if item.kind is EvidenceKind.PASSAGE:
        lines.append(quote(item.quote, item, after=place(item, book, words)))
        if item.url:
            lines.append(bullet(book.say("answers.open.url", url=item.url), item))
    elif item.calculation is not None:
        lines += _calculation(item, evidence, tools, book)
    else:
        for written in item.quote.splitlines():
            name, _, value = written.partition(": ")
            lines.append(bullet(_column(book, name, value), item))
        if item.url:
            lines.append(bullet(book.say("answers.open.url", url=item.url), item))
    lines.append(note(_origin(item, book, words), item))
    return Draft(tuple(lines))


def _column(book: Phrasebook, name: str, value: str) -> str:
    for table in ("field", "item", "column"):
        key = f"labels.{table}.{name}"
        if key in book:
            return book.say("answers.profile.item", field=book[key], value=value)
    return book.say("answers.profile.item", field=name.replace("_", " "), value=value)


def _origin(item: Evidence, book: Phrasebook, words: Wording) -> str:
    tier = book[f"labels.tier.{item.tier.value}"]
    parts = [book.say("answers.open.source", source=item.source, tier=tier)]
    if item.date:
        parts.append(book.say("answers.open.observed", date=words.date(item.date)))
    if item.recorded_at is not None and item.kind is not EvidenceKind.CALCULATION:
        parts.append(book.say("answers.open.recorded", date=words.date(item.recorded_at.date())))
    return book["answers.source.joint"].join(parts)


def _calculation(item: Evidence, evidence: Sequence[Evidence], tools: Tools, book: Phrasebook) -> list[Line]:
    calculation = item.calculation
    assert calculation is not None
    unit = _unit(book, calculation.unit)
    values = {"formula": calculation.formula, "result": f"{plain(calculation.result):,f}", "unit": unit}
    lines: list[Line] = [lead(book.say("answers.open.formula", **values), item)]
    for name, ref, value in calculation.inputs[:12]:
        used = tools.read.get(ref)
        source = (
            used.source
            if used is not None and used.calculation is None
            else book["labels.evidence.calculation"]
        )
        said = book.say("answers.open.input", name=name, value=f"{plain(value):,f}", source=source)
        lines.append(bullet(said, item, *([used] if used is not None else [])))
    if len(calculation.inputs) > 12:
        lines.append(note(book.say("answers.list.more", number=len(calculation.inputs) - 12)))
    return lines


def _unit(book: Phrasebook, unit: str) -> str:
    key = f"labels.unit.{unit.replace(' ', '_')}"
    return book.get(key, unit)


def explained(evidence: Sequence[Evidence], tools: Tools, book: Phrasebook, words: Wording) -> Draft:
    """How the answer before came about: its calculations with their inputs, else what it stands on."""
    for item in evidence:
        tools.passage(item)
    worked = [item for item in evidence if item.calculation is not None and item.calculation.inputs]
    telling = [item for item in worked if not item.calculation.formula.startswith("count(")] or worked  # type: ignore[union-attr]
    if not evidence:
        return Draft(unknown=(book["answers.open.nothing"],))
    lines: list[Line] = [note(book["answers.open.why"])]
    for item in telling[:3]:
        lines += _calculation(item, evidence, tools, book)
    if not telling:
        for item in evidence[:5]:
            lines.append(bullet(_origin(item, book, words), item))
    return Draft(tuple(lines))
