"""The Web API as a table: method name → function, scope and kind of token.

Every function takes the workspace and a :class:`Call` and returns the fields of a successful answer
(``ok`` is added). It changes state at once and never waits, so that it can be tried without a server.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import SlackError
from .state import Channel, Workspace


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its arguments as sent, with JSON strings still to be opened."""

    method: str
    args: Mapping[str, Any]
    base_url: str = "http://127.0.0.1"
    open_socket: Callable[[], str] = field(default=lambda: "")

    def text(self, name: str, default: str = "") -> str:
        """An argument as text."""
        value = self.args.get(name)
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return ",".join(value)
        if isinstance(value, (dict, list)):
            raise SlackError("invalid_arguments")
        return default if value is None else str(value)

    def need(self, name: str, code: str = "invalid_arguments") -> str:
        """An argument that must be there."""
        value = self.text(name)
        if not value:
            if code == "invalid_arguments":
                raise SlackError(
                    code, response_metadata={"messages": [f"[ERROR] missing required field: {name}"]}
                )
            raise SlackError(code)
        return value

    def flag(self, name: str) -> bool:
        """A boolean in any of Slack's spellings."""
        return str(self.args.get(name, "")).lower() in ("true", "1")

    def number(self, name: str, default: int, highest: int) -> int:
        """A positive whole number, capped."""
        value = self.text(name)
        if not value:
            return default
        if not value.isdigit() or int(value) < 1:
            raise SlackError("invalid_limit" if name == "limit" else "invalid_arguments")
        return min(int(value), highest)

    def json(self, name: str, code: str = "invalid_arguments") -> Any:
        """An argument that is JSON, sent either as JSON or as a string of JSON."""
        value = self.args.get(name)
        if isinstance(value, str):
            if not value:
                return None
            try:
                return json.loads(value)
            except ValueError:
                raise SlackError(code) from None
        return value


Handler = Callable[[Workspace, Call], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """A row of the table; ``scopes``: any one of them is enough; ``token``: bot, app or none."""

    run: Handler
    scopes: tuple[str, ...] = ()
    token: str = "bot"
    throttled: bool = False


def all_methods() -> dict[str, Method]:
    """Every method that this workspace speaks."""
    from . import (
        methods_assistant,
        methods_chat,
        methods_conversations,
        methods_files,
        methods_streams,
        methods_users,
        methods_views,
    )

    families = (
        methods_assistant,
        methods_chat,
        methods_conversations,
        methods_files,
        methods_streams,
        methods_users,
        methods_views,
    )
    return {name: method for family in families for name, method in family.METHODS.items()}


def authorise(workspace: Workspace, method: Method, token: str | None) -> None:
    """Check the token of a call. Raises SlackError with Slack's code."""
    if method.token == "none":
        return
    tokens = workspace.seed.tokens
    if not token:
        raise SlackError("not_authed")
    if token in workspace.revoked:
        raise SlackError("token_revoked")
    if token not in (tokens.bot, tokens.app):
        raise SlackError("invalid_auth")
    if method.token != "any" and token != getattr(tokens, method.token):
        raise SlackError("not_allowed_token_type")
    granted = workspace.seed.scopes
    if (
        granted is not None
        and method.scopes
        and token == tokens.bot
        and not set(method.scopes) & set(granted)
    ):
        raise SlackError("missing_scope", needed=",".join(method.scopes), provided=",".join(granted))


def call(
    workspace: Workspace, table: Mapping[str, Method], request: Call, token: str | None
) -> dict[str, Any]:
    """Carry out one call. Raises SlackError for every answer that is not ``ok``."""
    method = table.get(request.method)
    if method is None:
        raise SlackError("unknown_method", req_method=request.method)
    authorise(workspace, method, token)
    return {"ok": True, **method.run(workspace, request)}


def writable(workspace: Workspace, channel_id: str) -> Channel:
    """A channel that the bot may post to. Raises SlackError."""
    channel = workspace.channel(channel_id)
    if channel.archived:
        raise SlackError("is_archived")
    if workspace.bot_user not in channel.members:
        # A private channel that the bot is not in does not exist for it.
        raise SlackError("channel_not_found" if channel.is_private else "not_in_channel")
    return channel


def readable(workspace: Workspace, channel_id: str) -> Channel:
    """A channel whose messages the bot may read. Raises SlackError."""
    channel = workspace.channel(channel_id)
    if workspace.bot_user not in channel.members:
        raise SlackError("channel_not_found" if channel.is_private else "not_in_channel")
    return channel


def page_of(
    items: list[Any], request: Call, *, default: int = 100, highest: int = 1000
) -> tuple[list[Any], str]:
    """One page of a list by ``cursor`` and ``limit``, and the next cursor ("" at the end)."""
    limit = request.number("limit", default, highest)
    cursor = request.text("cursor")
    start = 0
    if cursor:
        if not cursor.startswith("next:") or not cursor[5:].isdigit():
            raise SlackError("invalid_cursor")
        start = int(cursor[5:])
    end = start + limit
    return items[start:end], (f"next:{end}" if end < len(items) else "")
