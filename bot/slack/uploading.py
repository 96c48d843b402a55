"""Bytes to Slack: announced, sent, completed – and private to the bot until a message shows them.

The three steps may be repeated together: what a lost reply left behind is a file that nobody sees. So no outcome is
ambiguous; what did not surely succeed is done again.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient

from bot.gateway.posting import Ambiguous, Outcome, RateLimited, Refused, Sent, Unreachable, Upload
from store.errors import StoreDamaged

#: How often and how long one waits until Slack has looked at a picture; a message with an unread one is refused.
_LOOKS, _PAUSE = 20, 0.25
_LONGEST_WAIT = 3600.0

Call = Callable[[Callable[[], Any]], "dict[str, Any] | RateLimited | Unreachable | Refused | Ambiguous"]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Bytes go where Slack said and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Uploader:
    """Uploads the files of one outbox row; safe to use from many threads."""

    def __init__(
        self,
        call: Call,
        client: WebClient,
        base_url: str,
        timeout: float,
        bytes_of: Callable[[str], bytes] | None,
    ) -> None:
        self._call = call
        self._client = client
        self._host = urlsplit(base_url).netloc
        self._timeout = timeout
        self._bytes_of = bytes_of
        self._opener = urllib.request.build_opener(_NoRedirect)

    def upload(self, payload: Mapping[str, Any]) -> Outcome:
        """All files of the row, in order."""
        if self._bytes_of is None:
            return Refused("this sender has no files", permanent=True)
        made: list[Upload] = []
        for file in payload["files"]:
            one = self._one(file)
            if not isinstance(one, Upload):
                return one
            made.append(one)
        return Sent(made[0].id if made else None, uploads=tuple(made))

    def _one(self, file: Mapping[str, Any]) -> Upload | Outcome:
        assert self._bytes_of is not None
        try:
            data = self._bytes_of(str(file["sha256"]))
        except (StoreDamaged, ValueError) as wrong:
            return Refused(str(wrong), permanent=True)
        announced = self._ask(
            "files.getUploadURLExternal", {"filename": str(file["name"]), "length": str(len(data))}
        )
        if not isinstance(announced, dict):
            return announced
        identity = str(announced.get("file_id") or "")
        wrong = self._send(str(announced.get("upload_url") or ""), data)
        if wrong is not None:
            return wrong
        completed = self._ask(
            "files.completeUploadExternal",
            {"files": [{"id": identity, "title": str(file["title"])}]},
            json=True,
        )
        if not isinstance(completed, dict):
            return completed
        listed = completed.get("files")
        first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
        if first.get("permalink") and not file.get("image"):
            return Upload(identity, str(first["permalink"]))
        return self._looked_at(identity, image=bool(file.get("image")))

    def _looked_at(self, identity: str, *, image: bool) -> Upload | Outcome:
        """The file as Slack knows it; a picture is waited for until Slack has found out what it is."""
        for _ in range(_LOOKS):
            known = self._ask("files.info", {"file": identity})
            if not isinstance(known, dict):
                return known
            found = known.get("file") or {}
            if found.get("permalink") and (found.get("mimetype") or not image):
                return Upload(identity, str(found["permalink"]))
            time.sleep(_PAUSE)
        return Unreachable("Slack has not read the file yet")

    def _ask(
        self, method: str, arguments: Mapping[str, Any], *, json: bool = False
    ) -> dict[str, Any] | RateLimited | Unreachable | Refused:
        given: dict[str, Any] = {"json": arguments} if json else {"params": arguments}
        reply = self._call(partial(self._client.api_call, method, **given))
        return Unreachable(reply.reason) if isinstance(reply, Ambiguous) else reply

    def _send(self, url: str, data: bytes) -> Outcome | None:
        address = urlsplit(url)
        if address.scheme != "https" and address.netloc != self._host:
            return Refused("the address for the upload is no https address", permanent=True)
        request = urllib.request.Request(
            url, data=data, method="POST", headers={"Content-Type": "application/octet-stream"}
        )
        try:
            with self._opener.open(request, timeout=self._timeout) as reply:
                reply.read(1000)
        except urllib.error.HTTPError as wrong:
            if wrong.code == 429:
                return RateLimited(waiting(wrong.headers.get("Retry-After")))
            if wrong.code >= 500 or wrong.code in (404, 408):
                return Unreachable(f"the upload was answered with HTTP {wrong.code}")
            return Refused(f"the upload was answered with HTTP {wrong.code}", permanent=True)
        except (OSError, http.client.HTTPException) as wrong:
            return Unreachable(f"the upload broke: {type(wrong).__name__}")
        return None


def waiting(header: Any) -> timedelta:
    """Slack's Retry-After in seconds, within reason."""
    try:
        seconds = float(str(header))
    except ValueError:
        seconds = 30.0
    return timedelta(seconds=min(max(seconds, 0.1), _LONGEST_WAIT) if seconds == seconds else 30.0)
