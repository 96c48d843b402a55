"""`bonafide classify`: the risk events that a text tells of a subject, with the words that say so."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from knowledge.events.shapes import Classified, Event

#: Asks a model about a title, a text and the names of its subject.
Ask = Callable[[str, str, "Sequence[str] | None"], dict[str, Any]]


@click.command("classify")
@click.argument("text", required=False)
@click.option("--title", default="", help="The headline that stands over TEXT.")
@click.option(
    "--subject", "subjects", multiple=True, help="The firm or person asked about; again for other names."
)
@click.option(
    "--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Articles as JSONL."
)
@click.option("--with-model", is_flag=True, help="A model's opinion beside the rules'; policy must allow it.")
@click.option(
    "--class",
    "field_class",
    type=click.Choice(["public", "internal", "personal", "suspicion"]),
    default="internal",
    show_default=True,
    help="The class of the texts: only a model that may see it is asked.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON for scripts.")
def command(
    text: str | None,
    title: str,
    subjects: tuple[str, ...],
    file: Path | None,
    with_model: bool,
    field_class: str,
    as_json: bool,
) -> None:
    """Classify TEXT, or every line of --file: {"id", "title", "text", "subject"}."""
    if (text is None) == (file is None):
        raise click.UsageError("give a text or --file, and not both")
    ask = second_reader(field_class) if with_model else None
    if file is not None:
        if classify_file(file, ask):
            sys.exit(1)
        return
    from knowledge.events.classifier import classify

    found = classify(title, text or "", subjects or None)
    opinions = {} if ask is None else {"opinions": [ask(title, text or "", subjects)]}
    if as_json:
        click.echo(json.dumps(told({"id": None}, found) | opinions, ensure_ascii=False))
        return
    click.echo(f"{'adverse' if found.adverse else 'not adverse'}  {found.score:.2f}")
    for event in found.events:
        click.echo(_line(event))
    for opinion in opinions.get("opinions", ()):
        click.echo(_opinion(opinion))


def second_reader(field_class: str) -> Ask:
    """What asks a model about a text; raises ReadersOff where policy or setting say so."""
    from bot.assembly import build
    from bot.settings import load_settings
    from store.access import FieldClass

    readers = build(load_settings()).readers
    readers.demand("events")
    level, actor = FieldClass(field_class), f"cli:{getpass.getuser()}"
    return lambda title, text, names: readers.opinion(
        title, text, list(names or ()), actor=actor, field_class=level
    )


def classify_file(file: Path, ask: Ask | None = None) -> int:
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
                title, text, names = _asked(asked)
                answer = told(answer, classify(title, text, names))
                if ask is not None:
                    answer["opinions"] = [ask(title, text, names)]
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


def _opinion(opinion: dict[str, Any]) -> str:
    """A model's opinion under the rules' verdict, with the model's name."""
    if opinion["refused"] is not None:
        return f"A model gave no opinion that can be used ({opinion['refused']}): {opinion['because']}"
    lines = [f"In the opinion of {opinion['model']}: {'adverse' if opinion['adverse'] else 'not adverse'}"]
    for event in opinion["events"]:
        about = ", ".join(event[name] for name in ("severity", "status", "role"))
        lines.append(f"- {event['kind']}  ({about})\n  {' '.join(event['quote'].split())}")
    return "\n".join(lines)
