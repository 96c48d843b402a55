"""Files to people: bytes into the blob folder first, then one call in the unit of work that decided it (文件发送).

    sha256 = blobs.put(data)
    share(connection, f"table:{identity}", team, user, [Parcel(sha256, "late.xlsx", "Who pays late", len(data))], …)

The message with the files leaves once, however often the job runs or the gateway dies. Who may have the file and
whether it may lie in that place is the caller's to decide before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.gateway.parcels import UPLOAD, Parcel, lane, pack
from bot.slack.saying import QUIET
from prompts.phrasebook import Phrasebook
from store.outbox import Outbox

__all__ = ["Parcel", "file_name", "share"]

#: Characters of a file name, its suffix included.
_LONGEST_NAME = 120
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]+')


def share(
    connection: Connection,
    key: str,
    team: str,
    channel: str,
    parcels: Sequence[Parcel],
    message: Mapping[str, Any],
    *,
    phrases: Phrasebook,
    now: datetime,
    thread_ts: str | None = None,
) -> None:
    """Queue a message that shows these files; the same key again changes nothing. A person's id is their direct
    message.

    `message` is text and, where files are pictures, blocks (see `bot.gateway.parcels.pack`). Let it be the last
    thing of the unit of work.
    """
    thread = {"thread_ts": thread_ts} if thread_ts else {}
    otherwise = {"text": phrases["slack_check.file.lost"], **QUIET, **thread}
    payload = pack(parcels, channel, {**message, **QUIET, **thread}, otherwise)
    Outbox(connection).put(key, team, lane(key), UPLOAD, payload, now=now)


def file_name(title: str, suffix: str) -> str:
    """A name that every system can hold: words of the title, nothing that leads elsewhere or hides the suffix."""
    words = _UNSAFE.sub(" ", unicodedata.normalize("NFC", title))
    words = " ".join(words.split()).strip(". ")
    return (words[: _LONGEST_NAME - len(suffix)].rstrip(". ") or "file") + suffix
