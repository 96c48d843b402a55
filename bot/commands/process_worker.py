"""`bonafide worker`: the worker process, started by `run` and `demo`."""

from __future__ import annotations

import sys

import click


@click.command("worker", hidden=True)
def command() -> None:
    """The worker process: answers, jobs, indexes."""
    from bot.assembly import build
    from bot.processes.worker import run_worker
    from bot.settings import load_settings

    sys.exit(run_worker(build(load_settings())))
