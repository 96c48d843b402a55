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
@click.option(
    "--precision",
    type=click.FloatRange(0, 1),
    help="The threshold that finds most at this precision or more.",
)
@click.option(
    "--recall", type=click.FloatRange(0, 1), help="The threshold that errs least at this recall or more."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for scripts.")
def command(
    file: Path, threshold: float, precision: float | None, recall: float | None, as_json: bool
) -> None:
    """Compare the pairs of FILE and show AUC, precision and recall by threshold, and what goes wrong.

    FILE is CSV with the columns left, right, is_match and perhaps kind (organisation, person, unknown), or JSON Lines
    with the same names. Exit status 0, or 1 when lines were set aside.
    """
    from bot.evaluation.names import measure, read_pairs, score_pairs
    from bot.settings import load_settings
    from prompts.phrasebook import Phrasebook

    pairs, aside = read_pairs(file.read_bytes())
    book = Phrasebook.nearest(load_settings().language)
    report = {
        "file": file.name,
        **measure(score_pairs(pairs), threshold, precision=precision, recall=recall),
        "aside": [{"line": line, "reason": reason} for line, reason in aside],
    }
    for reason in (each for key in ("missed", "taken") for pair in report[key] for each in pair["because"]):
        reason["note"] = book["names.reason." + reason["feature"].replace(":", ".")]
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        click.echo("\n".join(in_words(report, book)))
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
    lines += [_wished(share, wished, book) for share, wished in report["wished"].items()]
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


def _wished(share: str, wished: Mapping[str, Any], book: Phrasebook) -> str:
    """The threshold for what was wished, with what the other share is there."""
    least, found = f"{wished['at_least']:.4g}", wished["found"]
    if found is None:
        return book.say(f"names.eval.no_{share}", least=least)
    other = "recall" if share == "precision" else "precision"
    shares = {other: _share(found[other])}
    counts = {key: found[key] for key in ("wrong", "missed")}
    return book.say(
        f"names.eval.wished_{share}", least=least, threshold=f"{found['threshold']:.4g}", **shares, **counts
    )


def _row(row: Mapping[str, Any]) -> str:
    shares = (row[key] for key in ("precision", "recall", "f1", "false_positive_rate"))
    counts = (row[key] for key in ("right", "wrong", "missed"))
    return (
        f"  {row['threshold']:5.2f}  "
        + "".join(f"{_share(each):>8}" for each in shares)
        + "".join(f"{each:>8}" for each in counts)
    )


def _pairs(pairs: Sequence[Mapping[str, Any]], key: str, book: Phrasebook) -> list[str]:
    lines = []
    for each in pairs:
        lines.append(f"    {each['score']:.2f}  {each['left']} ~ {each['right']} ({each['line']})")
        if each["deceiving"]:
            lines.append("          " + book.say("names.deceiving", word=each["deceiving"]))
        lines += [
            f"          {_sides(reason)}{reason['note']} ({reason['value']:+.2f})"
            for reason in each["because"]
        ]
    return [book[key], *lines] if lines else []


def _sides(reason: Mapping[str, Any]) -> str:
    """The words that one side says alone; other reasons are of the whole names."""
    return f"{reason['left']} ~ {reason['right']}: " if reason["feature"] == "left_over" else ""


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
