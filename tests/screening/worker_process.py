"""A worker of a real house that screens again, to be killed in the middle of a slice. Not a test itself.

It stops for a moment before each slice's transaction ends, so that a kill falls into it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bot.assembly import build
from bot.processes import rounds
from bot.processes.worker import run_worker
from bot.screening.keeping import Keeper
from bot.settings import Settings

home, url, policy, pause = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
house = build(Settings(home=Path(home), database_url=url, policy=Path(policy)))
rounds.SCREEN = 0.2

_keep = Keeper.keep


def slow(self: Keeper, *given: object, **more: object) -> object:
    """Write a hit, then linger."""
    kept = _keep(self, *given, **more)  # type: ignore[arg-type]
    time.sleep(pause)
    return kept


Keeper.keep = slow  # type: ignore[method-assign,assignment]
sys.exit(run_worker(house, handlers={}))
