"""`bonafide doctor`: what is configured, what is missing, what to do."""

from __future__ import annotations

import json
import sys

import click


@click.command("doctor")
@click.option("--language", type=click.Choice(["en", "zh"]), help="The language of the findings.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a finding.")
def command(language: str | None, as_json: bool) -> None:
    """Look at settings, database, disk, tokens, backlog and processes; changes nothing.

    Exit status 0 when nothing stands in the way, 4 when something does.
    """
    from bot.assembly import build
    from bot.doctor import Level, examine
    from bot.settings import load_settings

    settings = load_settings()
    house = build(settings.model_copy(update={"language": language}) if language else settings)
    findings = examine(house)
    for finding in findings:
        if as_json:
            row = {"level": finding.level.value, "what": finding.what, "do": finding.do}
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            mark = {Level.FINE: "✓", Level.LOOK: "!", Level.MEND: "✗"}[finding.level]
            click.echo(f"{mark} {finding.what}" + (f"\n    {finding.do}" if finding.do else ""))
    sys.exit(4 if any(finding.level is Level.MEND for finding in findings) else 0)
