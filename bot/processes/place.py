"""Where a process stands on its machine: its slot in the data folder, its name, its turn beside others, its log."""

from __future__ import annotations

import logging
import os
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bot.gateway.errors import AlreadyRunning
from bot.supervision import sole

if TYPE_CHECKING:
    from bot.assembly import House

#: Worker slots of one data folder; SQLite has one writer, and one worker keeps it busy.
SLOTS = 16
#: Seconds that a process waits for its predecessor to let go.
PATIENCE = 20.0

#: How far the worker and bulk commands step back behind the gateway.
WORKER_NICENESS, BULK_NICENESS = 5, 10


def take_slot(stack: ExitStack, home: Path, slots: int) -> int:
    """The first free worker slot of the data folder, held until the stack unwinds."""
    for slot in range(1, slots + 1):
        try:
            # The only slot of a SQLite house may still be held by the worker that is being replaced.
            stack.enter_context(sole(home, f"worker-{slot}", patience=PATIENCE if slots == 1 else 0.0))
        except AlreadyRunning:
            if slot == slots:
                raise
        else:
            return slot
    raise AssertionError("there is at least one slot")


def name_of(house: House, role: str) -> str:
    """The process's name: with SQLite everything is on one machine, else the host tells slots apart."""
    if house.databases.dialect == "sqlite":
        return role
    return f"{socket.gethostname()}:{role}"


def step_back(niceness: int) -> None:
    """Let other processes of this machine go first: an acknowledgement is due within milliseconds, work is not."""
    if hasattr(os, "nice"):
        os.nice(niceness)


def begin_to_log(house: House) -> None:
    """Log lines to standard error, unless somebody has set logging up already."""
    level = house.settings.log_level
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for loud in ("alembic", "httpx", "httpcore", "chromadb", "slack_bolt", "slack_sdk", "urllib3"):
        logging.getLogger(loud).setLevel(logging.WARNING)
