"""The control API: what a person's client does, and what tests need beside it.

JSON in, JSON out, under ``/control``. A mistake gets ``{"ok": false, "error": "one sentence"}``.
``channel`` is an id, ``#name`` or ``dm`` (the person's direct message with the bot).

====================  =============================================================================
POST                  fields
====================  =============================================================================
``say``               user, channel, text, thread_ts?, files? [{name, content (base64)}] → ts, channel
``edit`` ``erase``    user, channel, ts (and text): a person's own message
``react``             user, channel, ts, name, remove?
``command``           user, channel, command, text → acked, reason, milliseconds
``click``             user, action_id, block_id?, value?, state?, and channel + ts, or view_id
``options``           user, action_id, query, and channel + ts, or view_id → options
``submit``            user, view_id, values → acked, errors
``close``             user, view_id, everything?
``home``              user, tab (home, messages)
``stop``              user, channel, thread_ts: the Stop button
``shortcut``          user, callback_id, and channel + ts for a message shortcut
``join`` ``leave``    user, channel (user may be the bot)
``read``              user, channel: everything there is read
``event``             event: any Events API event, wrapped and sent → event_id
``redeliver``         event_id, retry_num?, retry_reason?: the same envelope again → acked
``fault``             method, kind, count?, retry_after?, status?, seconds?, code? (see faults)
``faults/clear``      –
``sockets/close``     warn?: cut (or announce and close) every Socket Mode connection → closed
``token/revoke``      token?: the bot's by default; tokens_revoked is sent
``token/restore``     token?
``channel/archive``   channel, archived?
``clock/advance``     seconds
``reset``             –
====================  =============================================================================

===================  ==============================================================================
GET                  answer
===================  ==============================================================================
``state``            ?user: team, bot, users, channels as that person sees them, unread counts
``messages``         ?channel&user&thread_ts: as that person sees them, ephemerals included
``views``            ?user: the open modals from bottom to top, and Home
``statuses``         every status line; ``sessions`` and ``prompts`` beside it
``deliveries``       ?type&last: every event and interaction with its attempts
``feed``             ?user: Server-Sent Events
===================  ==============================================================================
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from .delivery import Ack, Delivery
from .errors import ControlError
from .faults import Faults
from .sockets import Sockets
from .state import Channel, Message, View, Workspace

Verb = Callable[["Control", dict[str, Any]], Awaitable[dict[str, Any]]]


class Control:
    """The parts that control requests work on."""

    def __init__(
        self, workspace: Workspace, delivery: Delivery, sockets: Sockets, faults: Faults, base_url: str
    ) -> None:
        self.workspace = workspace
        self.delivery = delivery
        self.sockets = sockets
        self.faults = faults
        self.base_url = base_url

    async def run(self, verb: str, body: dict[str, Any]) -> dict[str, Any]:
        """Carry out one verb of the table. Raises ControlError and SlackError."""
        action = _verbs().get(verb)
        if action is None:
            raise ControlError(f"There is no control verb {verb!r}.", status=404)
        return await action(self, body)

    def channel(self, body: dict[str, Any]) -> Channel:
        """The channel that a request names."""
        name = need(body, "channel")
        if name == "dm":
            return self.workspace.open_direct(self.person(body))
        if name.startswith("#"):
            for channel in self.workspace.channels.values():
                if not channel.im_user and channel.name == name[1:]:
                    return channel
            raise ControlError(f"There is no channel {name}.", status=404)
        return self.workspace.channel(name)

    def person(self, body: dict[str, Any]) -> str:
        """The user that a request acts for."""
        user = need(body, "user")
        self.workspace.user(user)
        return user

    def member(self, body: dict[str, Any]) -> tuple[str, Channel]:
        """A user and a channel that this user may use."""
        user, channel = self.person(body), self.channel(body)
        if user not in channel.members:
            raise ControlError(f"{user} is not a member of {channel.name}.", status=403)
        return user, channel

    def message(self, user: str, channel: Channel, ts: str) -> Message:
        """A message as the user sees it, ephemerals included."""
        found = channel.messages.get(ts) or channel.ephemerals.get(ts)
        if found is None or found.only_for not in (None, user):
            raise ControlError(f"There is no message {ts} in {channel.name}.", status=404)
        return found

    def place(self, body: dict[str, Any]) -> tuple[str, Message | View]:
        """The message or view that a click belongs to."""
        if body.get("view_id"):
            view = self.view(body)
            return view.user, view
        user, channel = self.member(body)
        return user, self.message(user, channel, need(body, "ts"))

    def view(self, body: dict[str, Any]) -> View:
        """An open view of the user."""
        user, view = self.person(body), self.workspace.views.get(need(body, "view_id"))
        if view is None or view.user != user:
            raise ControlError("This view is not open (any more).", status=404)
        return view


def need(body: dict[str, Any], name: str) -> str:
    """A field that must be there. Raises ControlError."""
    value = body.get(name)
    if value in (None, ""):
        raise ControlError(f"The field {name!r} is missing.")
    return str(value)


def shown(ack: Ack | None) -> dict[str, Any]:
    """An acknowledgement as JSON."""
    if ack is None:
        return {"acked": True, "reason": "", "milliseconds": 0.0}
    return {"acked": ack.ok, "reason": ack.reason, "milliseconds": ack.milliseconds}


def _verbs() -> dict[str, Verb]:
    from . import acts, trials

    return {**acts.verbs(), **trials.verbs()}
