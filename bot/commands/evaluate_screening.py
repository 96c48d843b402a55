"""`bonafide eval screening`: what a threshold of screening misses and takes wrongly, on one's own cases."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

#: Exit status when some lines were set aside.
ASIDE = 1


@click.command("screening")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--threshold", type=click.FloatRange(0, 1), help="The score of a hit; the policy's where none is given."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for scripts.")
def command(file: Path, threshold: float | None, as_json: bool) -> None:
    """Screen the people and firms of FILE against the lists in force; nothing is kept.

    FILE is CSV or JSON Lines with name and entry (list:id, or empty for somebody on no list), and perhaps kind,
    birth_date, nationality, country and identifiers. Exit status 0, or 1 when lines were set aside, 2 when no list is
    loaded.
    """
    from bot.assembly import build
    from bot.commands.evaluate_names import in_words
    from bot.evaluation.errors import LineUnusable
    from bot.evaluation.names import measure
    from bot.evaluation.screening import Case, read_case, score_cases
    from bot.settings import load_settings
    from prompts.phrasebook import Phrasebook

    house = build(load_settings())
    roster = house.screening.rosters.current()
    if not roster.size():
        raise click.UsageError("no list is loaded; `bonafide lists load` loads one")
    cases: list[Case] = []
    aside: list[tuple[int, str]] = []
    for line, row in rows(file.read_bytes()):
        try:
            cases.append(read_case(line, row))
        except LineUnusable as wrong:
            aside.append((line, str(wrong)))
    scored, unknown = score_cases(cases, roster)
    at = house.policy.screening.threshold if threshold is None else threshold
    report = {
        "file": file.name,
        "lists": roster.versions,
        **measure(scored, float(at)),
        "aside": [{"line": line, "reason": reason} for line, reason in sorted(aside + unknown)],
    }
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        click.echo("\n".join(in_words(report, Phrasebook.nearest(house.settings.language))))
    if report["aside"]:
        sys.exit(ASIDE)


def rows(content: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    """The lines of a CSV or JSON Lines file with their numbers; a broken one is an empty row."""
    text = content.decode("utf-8-sig", "replace")
    if text.lstrip()[:1] != "{":
        reader = csv.DictReader(io.StringIO(text, newline=""))
        try:
            for row in reader:
                yield reader.line_num, {str(key or "").strip().lower(): value for key, value in row.items()}
        except csv.Error:
            yield reader.line_num, {}
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = {}
            yield number, row if isinstance(row, dict) else {}
