"""`bonafide eval names`: how well names are compared on one's own labelled pairs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from prompts.phrasebook import Phrasebook

#: Exit status when some lines were set aside.
ASIDE = 1


@click.command("names")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="The score from which two names are taken for one.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for scripts.")
def command(file: Path, threshold: float, as_json: bool) -> None:
    """Compare the pairs of FILE and show AUC, precision and recall by threshold, and what goes wrong.

    FILE is CSV with the columns left, right, is_match and perhaps kind (organisation, person, unknown), or JSON Lines
    with the same names. Exit status 0, or 1 when lines were set aside.
    """
    from bot.evaluation.names import measure, read_pairs, score_pairs
    from bot.settings import load_settings
    from prompts.phrasebook import Phrasebook

    pairs, aside = read_pairs(file.read_bytes())
    report = {
        "file": file.name,
        **measure(score_pairs(pairs), threshold),
        "aside": [{"line": line, "reason": reason} for line, reason in aside],
    }
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        click.echo("\n".join(in_words(report, Phrasebook.nearest(load_settings().language))))
    if aside:
        sys.exit(ASIDE)


def in_words(report: Mapping[str, Any], book: Phrasebook) -> list[str]:
    """The report for the terminal."""
    lines = [
        book.say(
            "names.eval.head",
            pairs=f"{report['pairs']:,}",
            matches=f"{report['matches']:,}",
            auc=_share(report["auc"]),
        )
    ]
    if report["best"]:
        best = report["best"]
        lines.append(book.say("names.eval.best", threshold=f"{best['threshold']:.2f}", f1=_share(best["f1"])))
    if report["pairs"]:
        lines.append(book["names.eval.table"])
        lines += [_row(row) for row in report["table"]]
    chosen = report["chosen"]
    counts = {key: chosen[key] for key in ("right", "wrong", "missed")}
    lines.append(book.say("names.eval.chosen", threshold=f"{chosen['threshold']:.2f}", **counts))
    for kind, found in report["by_kind"].items():
        lines.append(
            book.say(
                "names.eval.kind",
                kind=book[f"names.eval.kinds.{kind}"],
                pairs=found["pairs"],
                **{key: _share(found[key]) for key in ("auc", "precision", "recall")},
            )
        )
    lines += _pairs(report["missed"], "names.eval.missed", book)
    lines += _pairs(report["taken"], "names.eval.taken", book)
    lines += [
        book.say("evaluation.aside", line=each["line"], reason=each["reason"])
        for each in report["aside"][:20]
    ]
    return lines


def _row(row: Mapping[str, Any]) -> str:
    shares = (row[key] for key in ("precision", "recall", "f1", "false_positive_rate"))
    counts = (row[key] for key in ("right", "wrong", "missed"))
    return (
        f"  {row['threshold']:5.2f}  "
        + "".join(f"{_share(each):>8}" for each in shares)
        + "".join(f"{each:>8}" for each in counts)
    )


def _pairs(pairs: Sequence[Mapping[str, Any]], key: str, book: Phrasebook) -> list[str]:
    lines = [f"    {each['score']:.2f}  {each['left']} ~ {each['right']} ({each['line']})" for each in pairs]
    return [book[key], *lines] if lines else []


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
