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
@click.option("--week", is_flag=True, help="Play a firm's week into it: news, payments, records, day by day.")
@click.option(
    "--pace",
    type=click.FloatRange(min=1),
    default=30.0,
    show_default=True,
    help="Seconds between two days of the week.",
)
@click.option("--next-day", is_flag=True, help="Play the next day of the week into the demo that runs.")
def command(port: int, browser: bool, fresh: bool, week: bool, pace: float, next_day: bool) -> None:
    """A made-up portfolio and a local workspace in the browser; no account, no key, no network."""
    from bot.demo.stage import play_next_day, run_demo
    from bot.settings import load_settings

    settings = load_settings()
    if next_day:
        sys.exit(play_next_day(settings))
    sys.exit(run_demo(settings, port=port, open_browser=browser, fresh=fresh, pace=pace if week else None))
