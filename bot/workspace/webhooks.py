"""HTTP mode: signed requests to the app's request URL, as Slack sends them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

from .delivery import Ack
from .seed import Seed


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of ``X-Slack-Signature``: HMAC-SHA256 over ``v0:timestamp:body``."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encode(kind: str, payload: dict[str, Any]) -> tuple[str, bytes]:
    """Content type and body: JSON for events, forms for commands and interactions."""
    if kind == "events_api":
        return "application/json", json.dumps(payload, ensure_ascii=False).encode()
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload, ensure_ascii=False)}
    return "application/x-www-form-urlencoded", urllib.parse.urlencode(form).encode()


class Requests:
    """The sender of HTTP mode; takes the place of the sockets."""

    def __init__(self, seed: Seed, now: Callable[[], float]) -> None:
        self.seed = seed
        self._now = now

    async def send(self, kind: str, payload: dict[str, Any], retry: int | None, reason: str) -> Ack | None:
        """Post one request and read its answer as the acknowledgement."""
        content_type, body = encode(kind, payload)
        timestamp = str(int(self._now()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self.seed.signing_secret, timestamp, body),
        }
        if kind == "events_api" and retry:
            http_reason = "http_timeout" if reason == "timeout" else reason
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": http_reason}
        return await asyncio.to_thread(self._post, body, headers)

    def _post(self, body: bytes, headers: dict[str, str]) -> Ack:
        request = urllib.request.Request(self.seed.request_url or "", data=body, headers=headers)
        # An empty proxy table: the app is on this machine and must not be asked for through a proxy.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        started = time.perf_counter()
        try:
            with opener.open(request, timeout=self.seed.rules.ack_seconds) as response:
                raw = response.read()
                json_answer = "json" in response.headers.get("Content-Type", "")
        except urllib.error.HTTPError:
            return Ack(reason="http_error", milliseconds=_since(started))
        except TimeoutError:
            return Ack(reason="timeout", milliseconds=_since(started))
        except OSError as error:
            slow = isinstance(getattr(error, "reason", None), TimeoutError)
            return Ack(reason="timeout" if slow else "connection_failed", milliseconds=_since(started))
        text = raw.decode("utf-8", errors="replace")
        answer: Any = text or None
        if json_answer and text:
            answer = json.loads(text)
        elif text:
            answer = {"text": text}
        return Ack(payload=answer, milliseconds=_since(started))


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
