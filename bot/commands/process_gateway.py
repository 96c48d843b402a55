"""`bonafide gateway`: the gateway process, started by `run` and `demo`."""

from __future__ import annotations

import sys

import click


@click.command("gateway", hidden=True)
def command() -> None:
    """The gateway process: inbox, acknowledgement, sending."""
    from bot.assembly import build
    from bot.processes.gateway import run_gateway
    from bot.settings import load_settings

    sys.exit(run_gateway(build(load_settings())))
