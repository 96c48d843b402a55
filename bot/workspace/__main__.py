"""``python -m bot.workspace --port 8123 --seed FILE.json``: the workspace on its own."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from .errors import WorkspaceError
from .handle import serve
from .seed import load_seed
from .state import Workspace


@click.command()
@click.option("--port", default=8123, show_default=True, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option(
    "--seed",
    "seed_file",
    type=click.Path(path_type=Path),
    help="People and channels as JSON; built-in without.",
)
def main(port: int, seed_file: Path | None) -> None:
    """Run a local Slack-compatible workspace with a web page."""
    try:
        handle = serve(Workspace(load_seed(seed_file)), port)
    except (WorkspaceError, OSError) as error:
        click.echo(f"The workspace did not start: {error}", err=True)
        sys.exit(2)
    # Who reads the line may end the process at once.
    signal.signal(signal.SIGTERM, lambda number, frame: handle.stop())
    click.echo(f"workspace ready {handle.url}")
    sys.stdout.flush()
    try:
        handle.wait()
    except KeyboardInterrupt:
        handle.stop()


if __name__ == "__main__":
    main()
