"""`bonafide run`: the real Slack, gateway and worker under one command."""

from __future__ import annotations

import sys

import click


@click.command("run")
def command() -> None:
    """The real Slack: gateway and worker under one command, watched and restarted."""
    from bot.assembly import build
    from bot.settings import SettingsError, load_settings
    from bot.supervision import supervise

    settings = load_settings()
    if missing := settings.missing_tokens:
        raise SettingsError(
            f"{' and '.join(missing)} must be set to talk to Slack; the README says where to find them, "
            "and `bonafide demo` needs none"
        )
    house = build(settings)
    _ = house.policy, house.databases  # a mistake in policy or database stops here, before anything runs
    program = [sys.executable, "-m", "bot.cli"]
    sys.exit(
        supervise({"gateway": [*program, "gateway"], "worker": [*program, "worker"]}, home=settings.home)
    )
