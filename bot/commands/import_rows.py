"""`bonafide import`: rows of CSV, XLSX or JSONL files into the store."""

from __future__ import annotations

import csv
import getpass
import io
import json
import sys
from pathlib import Path

import click

KIND_NAMES = (
    "customers",
    "parties",
    "contacts",
    "facts",
    "statements",
    "scores",
    "invoices",
    "payments",
    "records",
    "contracts",
    "cases",
    "notes",
    "users",
)


@click.command("import")
@click.argument("kind", type=click.Choice([*KIND_NAMES, "template"]))
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
@click.option(
    "--extra",
    type=click.Choice(["report", "keep"]),
    default="report",
    help="Unknown columns: name them, or keep them as facts.",
)
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def command(kind: str, file: str, dry_run: bool, extra: str, as_json: bool) -> None:
    """Import FILE as rows of KIND; `import template KIND` prints a CSV head with one example.

    A bad row is reported with its line and reason and kept aside, good rows go in; running the same file again
    changes nothing.
    """
    if kind == "template":
        click.echo(template(file), nl=False)
        return
    from bot.assembly import build
    from bot.settings import load_settings
    from knowledge.sources.errors import FileUnusable

    house = build(load_settings())
    try:
        report = house.intake.import_file(
            kind, Path(file), actor=f"cli:{getpass.getuser()}", keep_extra=extra == "keep", dry_run=dry_run
        )
    except FileUnusable as wrong:
        raise click.UsageError(str(wrong)) from None
    if report.customers:
        house.library.link(report.customers)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        counts = ", ".join(f"{report.outcomes[name]} {name}" for name in ("new", "changed", "unchanged"))
        click.echo(f"{report.file}: {counts}, {len(report.aside)} set aside{' (dry run)' if dry_run else ''}")
        for name, line in report.unknown_columns.items():
            what = "kept as facts" if extra == "keep" else "not read; --extra keep files it as facts"
            click.echo(f"  column {name} (first in line {line}) is unknown: {what}")
        for row in report.aside:
            click.echo(f"  line {row.line}: {row.reason}")
    sys.exit(1 if report.aside else 0)


def template(kind: str) -> str:
    """A CSV head with one example row; raises `click.UsageError` for an unknown kind."""
    from knowledge.sources.kinds import KINDS, STATEMENT_ITEMS

    if kind not in KINDS:
        raise click.UsageError(f"there is no kind “{kind}”; kinds are {', '.join(KINDS)}")
    columns = [field.alias or name for name, field in KINDS[kind].columns.model_fields.items()]
    if kind == "statements":
        columns = [name for name in columns if name != "items"] + list(STATEMENT_ITEMS)
    columns.sort(key=lambda name: name in ("source", "observed_on", "url", "class", "tier"))
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\n")
    writer.writeheader()
    writer.writerow(KINDS[kind].example)
    return text.getvalue()
