"""`bonafide ask`: a question about a customer or about the collected documents, answered with its evidence."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.assistant.answer import Answer

#: Exit status when some input lines were set aside, and when rights refuse the question.
ASIDE, REFUSED = 1, 3


@click.command("ask")
@click.argument("question", required=False)
@click.option("--as", "who", default="sales", show_default=True, help="Role or e-mail address of who asks.")
@click.option("--in", "place", default="private", show_default=True, help="private or a #channel.")
@click.option(
    "--conversation", default="", help="A name for the conversation; follow-ups under it are understood."
)
@click.option("--as-of", "as_of", help="What was true on this day: 2026, 2026-03 or 2026-03-31.")
@click.option(
    "--known-at", "known_at", help="What we knew at this moment: 2026-03-31T12:00:00Z, or a day (its end)."
)
@click.option(
    "--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Questions as JSONL."
)
@click.option(
    "--xlsx",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the table of the answer here; for roles that may export.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON for scripts.")
def command(
    question: str | None,
    who: str,
    place: str,
    conversation: str,
    as_of: str | None,
    known_at: str | None,
    file: Path | None,
    xlsx: Path | None,
    as_json: bool,
) -> None:
    """Answer QUESTION, or every line of --file, and keep the answer and the ledger's entry."""
    from bot.assembly import build
    from bot.settings import load_settings

    if (question is None) == (file is None):
        raise click.UsageError("give a question or --file, and not both")
    house = build(load_settings())
    given = {"as": who, "in": place, "conversation": conversation, "as_of": as_of, "known_at": known_at}
    if file is not None:
        if xlsx is not None:
            raise click.UsageError("--xlsx writes the table of one question; leave --file out")
        if ask_file(house, file, given):
            sys.exit(ASIDE)
        return
    try:
        answer = ask(house, {**given, "question": question})
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from None
    if as_json:
        click.echo(json.dumps({**answer.as_json(), "id": None}, ensure_ascii=False))
    else:
        click.echo(written(answer))
    if answer.refused:
        sys.exit(REFUSED)
    if xlsx is not None and not export(house, answer, xlsx):
        sys.exit(REFUSED)


def export(house: House, answer: Answer, path: Path) -> bool:
    """Write the table of an answer as a workbook; False when rights refuse it."""
    from store.errors import Forbidden

    if answer.table is None:
        click.echo("this answer has no table; nothing was written", err=True)
        return True
    try:
        _, data = house.exporter.workbook(
            {**answer.as_json(), "code": answer.code}, answer.question.viewer, question=answer.question.text
        )
    except Forbidden as refused:
        click.echo(f"{refused}; nothing was written", err=True)
        return False
    path.write_bytes(data)
    click.echo(f"{len(answer.table.rows)} rows written to {path}", err=True)
    return True


def ask_file(house: House, file: Path, given: dict[str, Any]) -> int:
    """Print one JSON line for every input line, in order; returns how many lines could not be used."""
    from knowledge.sources.records import parse

    broken = 0
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            identity: Any = None
            try:
                asked = parse(line)
                identity = asked.get("id", asked.get("qid"))
                stated = {key: asked[key] for key in asked if asked[key] is not None}
                described = {**ask(house, {**given, **stated}).as_json(), "id": identity}
            except (ValueError, click.BadParameter) as wrong:
                broken += 1
                described = {"id": identity, "error": f"line {number}: {wrong}"}
            click.echo(json.dumps(described, ensure_ascii=False))
    return broken


def ask(house: House, asked: dict[str, Any]) -> Answer:
    """One question answered and kept; raises ValueError for a wrong date or a question that is no text."""
    from bot.assistant.answer import Question
    from bot.commands.viewing import viewer_of
    from store.canonical import mend
    from store.dates import PartialDate

    text = asked.get("question")
    if not isinstance(text, str):
        raise ValueError("there is no “question”")
    day = asked.get("as_of")
    question = Question(
        id=f"cli-{uuid4()}",
        text=mend(text),
        viewer=viewer_of(house, str(asked["as"]), str(asked["in"])),
        conversation=str(asked.get("conversation") or "")[:200],
        now=house.clock(),
        as_of=PartialDate.parse(str(day)) if day else None,
        known_at=_instant(asked.get("known_at")),
    )
    return house.assistant.keep(house.assistant.answer(question))


def _instant(value: Any) -> datetime | None:
    """A moment with zone; a day alone means its end, in UTC."""
    if not value:
        return None
    text = str(value).strip()
    if len(text) == 10:
        text += "T23:59:59.999999+00:00"
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"“{value}” is not a moment; write 2026-03-31 or 2026-03-31T12:00:00Z") from None


def written(answer: Answer) -> str:
    """The answer for people: its text, then its sources by number."""
    lines = [re.sub(r"\\([\\`*_\[\]|~<>#+.)-])", r"\1", answer.text)]
    if answer.evidence:
        lines.append("")
    for number, item in enumerate(answer.evidence, start=1):
        about = " · ".join(part for part in (item.source, item.date, item.kind.value) if part)
        quoted = " / ".join(" ".join(line.split()) for line in item.quote.splitlines())
        lines.append(f"[{number}] {about}: {quoted[:160]}{'…' if len(quoted) > 160 else ''}")
    return "\n".join(lines)
