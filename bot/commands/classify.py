"""`bonafide classify`: the risk events that a text tells of a subject, with the words that say so."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from knowledge.events.shapes import Classified, Event


@click.command("classify")
@click.argument("text", required=False)
@click.option("--title", default="", help="The headline that stands over TEXT.")
@click.option(
    "--subject", "subjects", multiple=True, help="The firm or person asked about; again for other names."
)
@click.option(
    "--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Articles as JSONL."
)
@click.option("--json", "as_json", is_flag=True, help="JSON for scripts.")
def command(
    text: str | None, title: str, subjects: tuple[str, ...], file: Path | None, as_json: bool
) -> None:
    """Classify TEXT, or every line of --file: {"id", "title", "text", "subject"}."""
    if (text is None) == (file is None):
        raise click.UsageError("give a text or --file, and not both")
    if file is not None:
        if classify_file(file):
            sys.exit(1)
        return
    from knowledge.events.classifier import classify

    found = classify(title, text or "", subjects or None)
    if as_json:
        click.echo(json.dumps(told({"id": None}, found), ensure_ascii=False))
        return
    click.echo(f"{'adverse' if found.adverse else 'not adverse'}  {found.score:.2f}")
    for event in found.events:
        click.echo(_line(event))


def classify_file(file: Path) -> int:
    """Print one JSON line for every input line, in order; returns how many lines could not be used."""
    from knowledge.events.classifier import classify
    from knowledge.sources.records import parse

    broken = 0
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            answer: dict[str, Any] = {"id": None}
            try:
                asked = parse(line)
                answer["id"] = asked.get("id")
                answer = told(answer, classify(*_asked(asked)))
            except ValueError as wrong:
                broken += 1
                answer |= {"adverse": None, "score": None, "events": [], "error": f"line {number}: {wrong}"}
            click.echo(json.dumps(answer, ensure_ascii=False))
    return broken


def told(answer: dict[str, Any], found: Classified) -> dict[str, Any]:
    """The verdict in the shape of doors.md, with a little more to each event."""
    return {
        **answer,
        "adverse": found.adverse,
        "score": found.score,
        "events": [_event(event) for event in found.events],
    }


def _asked(asked: dict[str, Any]) -> tuple[str, str, list[str] | None]:
    """Title, text and names of a line; raises ValueError for what is no text."""
    title, text, subject = asked.get("title") or "", asked.get("text") or "", asked.get("subject")
    names = subject if isinstance(subject, list) else [subject] if subject else []
    if (
        not isinstance(title, str)
        or not isinstance(text, str)
        or not all(isinstance(name, str) for name in names)
    ):
        raise ValueError("“title”, “text” and “subject” are texts; “subject” may be a list of names")
    if not title.strip() and not text.strip():
        raise ValueError("there is no “text”")
    return title, text, names or None


def _event(event: Event) -> dict[str, Any]:
    from knowledge.events.taxonomy import taxonomy
    from store.canonical import decimal_text

    kind = taxonomy().kinds[event.kind]
    amount = None
    if event.amount is not None:
        amount = {"value": decimal_text(event.amount), "currency": event.currency}
    return {
        "type": event.kind,
        "name": {"zh": kind.zh, "en": kind.en},
        "severity": event.severity,
        "status": event.status,
        "role": event.role,
        "subject": event.subject,
        "words": [word.text for word in event.words],
        "date": None if event.happened_on is None else str(event.happened_on),
        "amount": amount,
        "score": event.score,
        "quote": event.quote,
        "part": event.part,
        "start": event.start,
    }


def _line(event: Event) -> str:
    from knowledge.events.taxonomy import taxonomy

    kind = taxonomy().kinds[event.kind]
    about = [event.severity, event.status, event.role]
    if event.happened_on is not None:
        about.append(str(event.happened_on))
    if event.amount is not None:
        about.append(f"{event.currency} {event.amount:,f}")
    words = ", ".join(word.text for word in event.words)
    return f"- {kind.zh} / {kind.en}  ({', '.join(about)}): {words}\n  {' '.join(event.quote.split())}"
