"""A small client of the control API: plays the people of a workspace from a test or a script."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

from .errors import ControlError


class Remote:
    """Acts and looks as any person of the workspace at ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        # An empty proxy table: the workspace is on this machine.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def do(self, verb: str, **fields: Any) -> dict[str, Any]:
        """Any verb of the control API. Raises ControlError with its sentence."""
        body = json.dumps({key: value for key, value in fields.items() if value is not None}).encode()
        headers = {"Content-Type": "application/json"}
        return self._call(urllib.request.Request(f"{self.url}/control/{verb}", data=body, headers=headers))

    def look(self, what: str, **query: str | None) -> dict[str, Any]:
        """Any reading request of the control API."""
        asked = urllib.parse.urlencode({key: value for key, value in query.items() if value is not None})
        return self._call(urllib.request.Request(f"{self.url}/control/{what}?{asked}"))

    def say(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> dict[str, Any]:
        """Send a message; the answer holds its ``ts`` and ``channel``."""
        return self.do("say", user=user, channel=channel, text=text, thread_ts=thread_ts)

    def command(self, user: str, channel: str, text: str, *, command: str = "/dd") -> dict[str, Any]:
        """Run a slash command."""
        return self.do("command", user=user, channel=channel, command=command, text=text)

    def click(self, user: str, message: dict[str, Any], action_id: str, value: Any = None) -> dict[str, Any]:
        """Click or choose on a message as :meth:`messages` returned it."""
        where = {"channel": message["channel"], "ts": message["ts"]}
        return self.do("click", user=user, action_id=action_id, value=value, **where)

    def submit(self, user: str, view: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
        """Submit a modal; ``errors`` in the answer are by block_id."""
        return self.do("submit", user=user, view_id=view["id"], values=values)

    def messages(self, user: str, channel: str, *, thread_ts: str | None = None) -> list[dict[str, Any]]:
        """What the person sees in a channel or thread, oldest first."""
        return self.look("messages", user=user, channel=channel, thread_ts=thread_ts)["messages"]

    def replies(self, user: str, said: dict[str, Any]) -> list[dict[str, Any]]:
        """What stands under a message that :meth:`say` sent, without that message."""
        found = self.messages(user, said["channel"], thread_ts=said.get("thread_ts") or said["ts"])
        return [each for each in found if each["ts"] > said["ts"]]

    def modals(self, user: str) -> list[dict[str, Any]]:
        """The open modals of a person from bottom to top."""
        return self.look("views", user=user)["views"]

    def home(self, user: str) -> dict[str, Any] | None:
        """The published Home view of a person."""
        return self.look("views", user=user)["home"]

    def deliveries(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Events and interactions with their attempts."""
        return self.look("deliveries", type=kind)["deliveries"]

    def wait(self, look: Callable[[], Any], *, seconds: float = 15.0) -> Any:
        """Look again and again until something true is seen. Raises ControlError after ``seconds``."""
        end = time.monotonic() + seconds
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > end:
                raise ControlError(f"Nothing was seen in {seconds} seconds.")
            time.sleep(0.02)

    def _call(self, request: urllib.request.Request) -> dict[str, Any]:
        try:
            with self._opener.open(request, timeout=30) as response:
                return json.loads(response.read())
        except urllib.error.HTTPError as error:
            raise ControlError(json.loads(error.read())["error"], status=error.code) from None
