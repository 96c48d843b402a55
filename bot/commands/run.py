"""`bonafide run`: the real Slack, gateway and worker under one command."""

from __future__ import annotations

import sys

import click

#: What each transport cannot do without.
NEEDED = {
    "socket": ("slack_bot_token", "slack_app_token"),
    "http": ("slack_bot_token", "slack_signing_secret"),
}


@click.command("run")
def command() -> None:
    """The real Slack: gateway and worker under one command, watched and restarted."""
    from bot.assembly import build
    from bot.settings import SettingsError, load_settings
    from bot.supervision import supervise

    settings = load_settings()
    missing = [name.upper() for name in NEEDED[settings.slack_transport] if getattr(settings, name) is None]
    if missing:
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
