"""Fetching a file that somebody sent: by the bot's token, from Slack's own hosts, up to a limit (取文件)."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.directory import SlackReader

#: Where Slack keeps files; the token goes nowhere else.
_HOSTS = ("slack.com", "slack-files.com", "slack-gov.com")
_PIECE = 1 << 16


class NotFetched(Exception):
    """The file could not be fetched; `reason` ends the key of the phrase that says why."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as it came."""

    name: str
    media_type: str
    data: bytes


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token along, and leads to a page to sign in anyway."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Fetcher:
    """Fetches files by their ids; safe to use from many threads."""

    def __init__(self, client: SlackReader, token: str, api_url: str, *, timeout: float = 20.0) -> None:
        self._client = client
        self._token = token
        self._api = urlsplit(api_url)
        self._timeout = timeout
        self._opener = urllib.request.build_opener(_NoRedirect)

    def fetch(self, identity: str, *, limit: int) -> Fetched:
        """The file, at most `limit` bytes; raises `NotFetched` (too_large, unreachable). Only Slack is asked."""
        known = self._info(identity)
        name = str(known.get("name") or known.get("title") or identity)
        size = known.get("size")
        if isinstance(size, int) and size > limit:
            raise NotFetched("too_large")
        url = str(known.get("url_private_download") or known.get("url_private") or "")
        if not self._is_slack(url):
            raise NotFetched("unreachable", "the file does not lie with Slack")
        data, kind = self._load(url, limit)
        media_type = str(known.get("mimetype") or "")
        if kind.startswith("text/html") and not media_type.startswith("text/html"):
            # Slack answers so to a token that may not read files: with a page to sign in.
            raise NotFetched("unreachable", "Slack answered with a page instead of the file")
        return Fetched(name, media_type, data)

    def _info(self, identity: str) -> dict[str, Any]:
        try:
            found = self._client.files_info(file=identity).get("file")
        except SlackApiError as refused:
            raise NotFetched("unreachable", str(refused.response.get("error"))) from None
        except SlackClientError as wrong:
            raise NotFetched("unreachable", type(wrong).__name__) from None
        return found if isinstance(found, dict) else {}

    def _is_slack(self, url: str) -> bool:
        """Whether the token may go there: to Slack over https, or to the very host of the configured API."""
        try:
            address = urlsplit(url)
            host = (address.hostname or "").lower().rstrip(".")
            ours = (address.scheme, address.netloc) == (self._api.scheme, self._api.netloc)
            port = address.port
        except ValueError:
            return False
        if address.username is not None or address.password is not None:
            return False
        slack = any(host == name or host.endswith("." + name) for name in _HOSTS)
        return ours or (address.scheme == "https" and port in (None, 443) and slack)

    def _load(self, url: str, limit: int) -> tuple[bytes, str]:
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self._token}"})
        pieces: list[bytes] = []
        left = limit
        try:
            with self._opener.open(request, timeout=self._timeout) as reply:
                kind = str(reply.headers.get("Content-Type") or "").lower()
                while piece := reply.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise NotFetched("too_large")
                    pieces.append(piece)
        except urllib.error.HTTPError as wrong:
            raise NotFetched("unreachable", f"HTTP {wrong.code}") from None
        except (OSError, ValueError, http.client.HTTPException) as wrong:
            raise NotFetched("unreachable", type(wrong).__name__) from None
        return b"".join(pieces), kind
