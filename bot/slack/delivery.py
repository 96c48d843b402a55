"""Messages out to Slack: one post a call, every outcome typed, and the search for a message that may have
arrived.

The SDK's default client posts a second time when a reply is dropped, so this one has no retry handlers. Each
message in a channel carries its outbox id as metadata (an opaque id: other apps in the channel can read
it), and by that id it is found again in the channel's history.
"""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.gateway.parcels import UPLOAD, size_of
from bot.gateway.posting import (
    Absent,
    Ambiguous,
    Found,
    Outcome,
    RateLimited,
    Refused,
    Sent,
    Trace,
    Unreachable,
    Untraceable,
)
from bot.slack.uploading import Uploader, waiting
from store.outbox import OutgoingMessage

#: The metadata of every message that Bonafide sends.
EVENT_TYPE = "bonafide_message"

#: What a response_url takes is posted under this method; the address stands in the payload as `response_url`.
RESPONSE_URL = "response_url"

#: Methods that leave a message in a history; only these carry metadata and can be found again.
_TRACEABLE = frozenset({"chat.postMessage"})
#: Methods whose repetition changes nothing, so that nobody needs to look whether they arrived.
_REPEATABLE = frozenset(
    {
        UPLOAD,
        "chat.update",
        "chat.delete",
        "views.publish",
        "views.update",
        "assistant.threads.setStatus",
        "assistant.threads.setTitle",
        "assistant.threads.setSuggestedPrompts",
        "agents.sessions.setStatus",
        "agents.sessions.rename",
        "reactions.add",
        "reactions.remove",
    }
)
#: Slack may have done it all the same ("some aspect of the operation may have succeeded").
_AMBIGUOUS = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
#: What an administrator mends; the messages wait for it.
_MENDABLE = frozenset(
    {
        "access_denied",
        "account_inactive",
        "ekm_access_denied",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
_BAD_BLOCKS = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_attachments",
        "msg_blocks_too_long",
        "too_many_attachments",
    }
)

#: Slack's clock and ours may differ by this much.
_SKEW = timedelta(seconds=5)
_PAGE = 200
#: Messages, not pages: Slack decides how many a page holds (15 for some apps, fewer when it likes).
_SEARCHED = 5000
#: The slowest upload that is waited for.
_BYTES_A_SECOND = 200_000


class SlackDelivery:
    """Delivers through Slack's Web API; safe to use from many threads. `timeout` is in seconds."""

    def __init__(
        self,
        token: str,
        *,
        base_url: str = "https://slack.com/api/",
        timeout: float = 10.0,
        bytes_of: Callable[[str], bytes] | None = None,
    ) -> None:
        """`bytes_of` gives the bytes of a file by their hash, for what is sent as a file."""
        self.timeout = timeout
        # The SDK reports every dropped connection as an error of its own; the sender says what becomes of it.
        quiet = logging.getLogger(f"{__name__}.http")
        quiet.setLevel(logging.CRITICAL)
        self._quiet = quiet
        self._client = WebClient(
            token=token,
            base_url=base_url if base_url.endswith("/") else base_url + "/",
            timeout=timeout,  # type: ignore[arg-type]
            retry_handlers=[],
            logger=quiet,
        )
        self._direct: dict[tuple[str, str], str] = {}
        self._uploader = Uploader(self._call, self._client, base_url, timeout, bytes_of)

    def seconds(self, message: OutgoingMessage) -> float:
        """The longest that a post takes; three calls and the bytes for an upload."""
        if message.method != UPLOAD:
            return self.timeout
        return 4 * self.timeout + size_of(message.payload) / _BYTES_A_SECOND

    def post(self, message: OutgoingMessage) -> Outcome:
        """Deliver once; blocks that Slack refuses are left out and the plain text is sent instead."""
        if message.method == RESPONSE_URL:
            return self._respond(message)
        if message.method == UPLOAD:
            return self._uploader.upload(message.payload)
        channel = self._channel(message)
        if not isinstance(channel, str):
            return channel
        payload = dict(message.payload)
        if message.method.startswith("chat."):
            payload["channel"] = channel
        if message.method in _TRACEABLE:
            payload["metadata"] = {"event_type": EVENT_TYPE, "event_payload": {"outbox_id": str(message.id)}}
        outcome = self._deliver(message.method, payload)
        if (
            isinstance(outcome, Refused)
            and outcome.reason.split(":")[0] in _BAD_BLOCKS
            and payload.get("text")
        ):
            plain = {key: value for key, value in payload.items() if key not in ("blocks", "attachments")}
            if message.method == "chat.update":
                plain["blocks"] = []
            refusal = outcome.reason
            outcome = self._deliver(message.method, plain)
            if isinstance(outcome, Sent):
                return Sent(outcome.ts, note=f"{refusal}: sent as plain text")
        return outcome

    def find(self, message: OutgoingMessage) -> Trace:
        """Look for a message by its outbox id, from five seconds before its post, page by page."""
        if message.method in _REPEATABLE:
            return Absent()
        if message.method not in _TRACEABLE or message.attempt_at is None:
            return Untraceable(f"{message.method} leaves no trace that could be looked for")
        channel = self._channel(message)
        if not isinstance(channel, str):
            if isinstance(channel, RateLimited | Unreachable):
                return channel
            return Untraceable(f"its conversation cannot be opened ({channel.reason})")
        query = {
            "channel": channel,
            "oldest": f"{(message.attempt_at - _SKEW).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        method = "conversations.history"
        if thread := message.payload.get("thread_ts"):
            method, query = "conversations.replies", query | {"ts": thread}
        return self._search(method, query, str(message.id))

    def _search(self, method: str, query: dict[str, Any], outbox_id: str) -> Trace:
        seen = 0
        while seen < _SEARCHED:
            reply = self._call(partial(self._client.api_call, method, http_verb="GET", params=query))
            if isinstance(reply, Refused):
                if reply.reason in _MENDABLE - {"missing_scope", "no_permission", "access_denied"}:
                    return Unreachable(reply.reason)
                return Untraceable(f"{method} is closed to us: {reply.reason}")
            if isinstance(reply, Ambiguous):
                return Unreachable(reply.reason)
            if not isinstance(reply, dict):
                return reply
            page = reply.get("messages") or []
            for candidate in page:
                metadata = candidate.get("metadata") or {}
                carried = (metadata.get("event_payload") or {}).get("outbox_id")
                if metadata.get("event_type") == EVENT_TYPE and carried == outbox_id:
                    return Found(str(candidate.get("ts")))
            cursor = (reply.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return Absent()
            query = query | {"cursor": cursor}
            # An empty page counts too, so that a history that never ends is left.
            seen += max(1, len(page))
        return Untraceable(f"it is not among the newest {_SEARCHED} messages since its post")

    def _channel(self, message: OutgoingMessage) -> str | RateLimited | Unreachable | Refused:
        """The conversation to post in; a person's id becomes the id of the direct message with them."""
        named = str(message.payload.get("channel") or message.channel)
        if not message.method.startswith("chat.") or not named.startswith(("U", "W")):
            return named
        known = self._direct.get((message.team, named))
        if known:
            return known
        reply = self._call(partial(self._client.api_call, "conversations.open", json={"users": named}))
        if isinstance(reply, Ambiguous):
            # Opening twice is the same as opening once.
            return Unreachable(reply.reason)
        if not isinstance(reply, dict):
            return reply
        opened = str((reply.get("channel") or {}).get("id") or "")
        if not opened:
            return Unreachable("conversations.open named no conversation")
        self._direct[(message.team, named)] = opened
        return opened

    def _deliver(self, method: str, payload: dict[str, Any]) -> Outcome:
        reply = self._call(partial(self._client.api_call, method, json=payload))
        if not isinstance(reply, dict):
            return reply
        ts = reply.get("ts") or reply.get("message_ts")
        if method in _TRACEABLE and not ts:
            return Ambiguous("the reply names no message")
        return Sent(str(ts) if ts else None)

    def _respond(self, message: OutgoingMessage) -> Outcome:
        payload = dict(message.payload)
        url = str(payload.pop(RESPONSE_URL, ""))
        if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            return Refused("the response_url is no https address", permanent=True)

        def send() -> dict[str, Any]:
            webhook = WebhookClient(
                url, timeout=int(self.timeout) or 1, retry_handlers=[], logger=self._quiet
            )
            reply = webhook.send_dict(payload)
            wait = reply.headers.get("Retry-After") or reply.headers.get("retry-after")
            return {"status": reply.status_code, "body": reply.body, "wait": wait}

        reply = self._call(send)
        if not isinstance(reply, dict):
            return reply
        status, body = int(reply["status"]), str(reply["body"])[:80]
        if status == 200:
            return Sent(None)
        if status == 429:
            return RateLimited(waiting(reply["wait"]))
        if status >= 500:
            return Ambiguous(f"HTTP {status}")
        return Refused(f"HTTP {status} {body}".strip(), permanent=True)

    def _call(
        self, call: Callable[[], Any]
    ) -> dict[str, Any] | RateLimited | Unreachable | Refused | Ambiguous:
        """Slack's reply to one request, or what became of it."""
        try:
            reply = call()
        except SlackApiError as wrong:
            return _refusal(wrong)
        except URLError as wrong:
            reason = wrong.reason
            if isinstance(reason, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError):
                return Unreachable(f"no connection to Slack: {reason}")
            return Ambiguous(f"the connection broke: {reason}")
        except (OSError, http.client.HTTPException) as wrong:
            return Ambiguous(f"the connection broke: {type(wrong).__name__}")
        except (SlackClientError, ValueError, AttributeError, TypeError) as wrong:
            # What the SDK makes of a reply that is no JSON object, or not the text that it claims to be.
            return Ambiguous(f"the reply cannot be read: {type(wrong).__name__}")
        data = reply if isinstance(reply, dict) else reply.data
        return data if isinstance(data, dict) else Ambiguous("the reply cannot be read")


def _refusal(wrong: SlackApiError) -> RateLimited | Refused | Ambiguous:
    response = wrong.response
    status = int(getattr(response, "status_code", 0) or 0)
    headers = getattr(response, "headers", None) or {}
    data = getattr(response, "data", None)
    reason = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or reason in _LIMITED:
        return RateLimited(waiting(headers.get("Retry-After") or headers.get("retry-after")))
    # An error of Slack's is one word; anything else is a page of something between us and Slack.
    if status >= 500 or reason in _AMBIGUOUS or not reason.replace("_", "").replace("-", "").isalnum():
        return Ambiguous(reason if reason in _AMBIGUOUS else f"HTTP {status}")
    return Refused(_detailed(reason, data), permanent=reason not in _MENDABLE)


def _detailed(reason: str, data: Any) -> str:
    """The reason with the scope that is needed or what Slack says about the blocks, when it says so."""
    if reason == "missing_scope" and data.get("needed"):
        return f"{reason}: {str(data['needed'])[:100]}"
    said = (data.get("response_metadata") or {}).get("messages") if isinstance(data, dict) else None
    if reason in _BAD_BLOCKS and isinstance(said, list) and said:
        return f"{reason}: {str(said[0])[:200]}"
    return reason
