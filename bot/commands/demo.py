"""`bonafide demo`: a made-up portfolio and a local workspace in the browser, everything running."""

from __future__ import annotations

import sys

import click


@click.command("demo")
@click.option(
    "--port", default=8123, show_default=True, help="Port of the workspace page; 0 takes a free one."
)
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser.")
@click.option("--fresh", is_flag=True, help="Forget the conversations of an earlier demo of today.")
def command(port: int, browser: bool, fresh: bool) -> None:
    """A made-up portfolio and a local workspace in the browser; no account, no key, no network."""
    from bot.demo.stage import run_demo
    from bot.settings import load_settings

    sys.exit(run_demo(load_settings(), port=port, open_browser=browser, fresh=fresh))
