"""The demo's stage: a folder of its own, the portfolio in it, and the three processes on it.

The demo never touches the data of a real installation: it lives in `demo/` of the data folder, one folder a day
because the portfolio's dates are relative to the day.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.demo.loading import load_portfolio
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from bot.assembly import House

#: Seconds between two looks for the processes' signs of life.
_LOOK = 0.2
#: The tokens of the local workspace; they open nothing anywhere else.
BOT_TOKEN, APP_TOKEN = "xoxb-local-bonafide", "xapp-local-bonafide"
#: Marks a folder as the demo's own, which may be deleted.
_MARK = ".bonafide-demo"


def run_demo(
    settings: Settings, *, port: int, open_browser: bool, fresh: bool, pace: float | None = None
) -> int:
    """Prepare the stage and run until somebody stops it; the exit status of the supervision.

    With a `pace` in seconds the scripted week is played, one day after each pause (see bot/demo/week.py).
    """
    from bot.assembly import build
    from bot.supervision import supervise

    port = _free_port(port)
    today = settings.now.date() if settings.now else date.today()
    home = settings.home / "demo" / today.isoformat()
    _clear_stage(settings.home / "demo", keep=None if fresh else home)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / _MARK).touch()
    url = f"http://127.0.0.1:{port}"
    staged = settings.model_copy(update={"home": home, "database_url": None, "slack_api_url": f"{url}/api/"})
    house = build(staged)
    if not (home / "loaded").exists():
        print("Loading the made-up portfolio …", flush=True)
        print(load_portfolio(house, home / "portfolio", today=today), flush=True)
        (home / "loaded").touch()
    house.databases.close()
    program = [sys.executable, "-m"]
    commands = {
        "workspace": [*program, "bot.workspace", "--port", str(port), "--seed", str(_seat_people(home))],
        "gateway": [*program, "bot.cli", "gateway"],
        "worker": [*program, "bot.cli", "worker"],
    }
    os.environ.update(
        BONAFIDE_HOME=str(home),
        BONAFIDE_DATABASE_URL="",
        SLACK_API_URL=f"{url}/api/",
        SLACK_BOT_TOKEN=BOT_TOKEN,
        SLACK_APP_TOKEN=APP_TOKEN,
    )
    threading.Thread(target=_announce, args=(house, url, open_browser, pace), daemon=True).start()
    return supervise(commands, home=home)


def play_next_day(settings: Settings) -> int:
    """Play the next day of the week into the demo of today, which may be running; the exit status."""
    from bot.assembly import build

    today = settings.now.date() if settings.now else date.today()
    home = settings.home / "demo" / today.isoformat()
    if not (home / "loaded").exists():
        raise SettingsError("no demo of today is there to play in; start one with `bonafide demo`")
    house = build(settings.model_copy(update={"home": home, "database_url": None}))
    if not _play(house):
        print("The week is over; `bonafide demo --fresh --week` plays it again.", flush=True)
    house.databases.close()
    return 0


def _play(house: House) -> bool:
    """Play one day and say what to look at; False when the week is over."""
    from bot.demo.week import play_next

    played = play_next(house)
    if played is None:
        return False
    day, brought = played.day, played.brought
    print(
        f"\n  Day {day.number} – {day.title['en']} / {day.title['zh']}"
        f" ({brought.new_rows} rows, {brought.new_documents} documents)\n"
        f"  {day.look['en']}\n  {day.look['zh']}\n",
        flush=True,
    )
    return True


def _announce(house: House, url: str, open_browser: bool, pace: float | None) -> None:
    """Say that all is ready once both processes have given a sign of life; then play the week, if one is asked for."""
    from store.heartbeats import Heartbeats

    began = datetime.now(UTC)
    heartbeats = Heartbeats(house.databases.inbox)
    while {beat.kind for beat in heartbeats.all() if beat.beat_at >= began} < {"gateway", "worker"}:
        time.sleep(_LOOK)
    print(
        f"\n  Bonafide is ready: {url}\n"
        "  Four people are there: sales, two of risk, compliance. Ctrl+C stops it.\n",
        flush=True,
    )
    if open_browser:
        import webbrowser

        webbrowser.open(url)
    if pace is not None:
        time.sleep(pace)
        while _play(house):
            time.sleep(pace)
        print("\n  The week is over.\n", flush=True)


def _seat_people(home: Path) -> Path:
    """The workspace's seed with the four colleagues alone; the guest is for the tests."""
    from bot.workspace import default_seed

    seed = default_seed()
    staff = tuple(person for person in seed.users if not person.is_restricted)
    known = {person.id for person in staff} | {seed.bot.user_id}
    rooms = tuple(
        room.model_copy(update={"members": tuple(name for name in room.members if name in known)})
        for room in seed.channels
    )
    path = home / "workspace.json"
    seated = seed.model_copy(update={"users": staff, "channels": rooms})
    path.write_text(seated.model_dump_json(indent=1), encoding="utf-8")
    return path


def _clear_stage(stage: Path, *, keep: Path | None) -> None:
    """Delete earlier days' demos; only folders that carry the demo's mark."""
    if not stage.is_dir():
        return
    for folder in stage.iterdir():
        if folder != keep and (folder / _MARK).is_file():
            shutil.rmtree(folder)


def _free_port(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise SettingsError(
                f"port {port} of this machine is taken; try `bonafide demo --port 0`, which takes a free one"
            ) from None
        return int(probe.getsockname()[1])
