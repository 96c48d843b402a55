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

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Any

from . import interactions, methods_files, talk
from .delivery import Ack, Delivery
from .errors import ControlError
from .faults import Faults
from .sockets import Sockets
from .state import Channel, Message, View, Workspace
from .text import compose

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


async def _say(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    user, channel = control.member(body)
    if channel.archived:
        raise ControlError(f"#{channel.name} is archived.", status=403)
    text = compose(control.workspace, str(body.get("text") or ""))
    given = body.get("files") or []
    if not isinstance(given, list):
        raise ControlError("The field 'files' must be a list.")
    files = [_attach(control, user, item) for item in given]
    if not text.strip() and not files:
        raise ControlError("There is nothing to send.")
    parts = {"files": files, "subtype": "file_share"} if files else {}
    thread_ts = body.get("thread_ts") or None
    message = talk.post(control.workspace, channel, user, text, thread_ts=thread_ts, **parts)
    return {"ts": message.ts, "channel": channel.id, "thread_ts": message.thread_ts}


def _attach(control: Control, user: str, item: dict[str, Any]) -> dict[str, Any]:
    try:
        data = base64.b64decode(item["content"], validate=True)
    except (KeyError, TypeError, binascii.Error):
        raise ControlError("A file needs a name and its content in base64.") from None
    if len(data) > methods_files.SIZE_LIMIT:
        raise ControlError("A file may have at most 50 MB.")
    name = str(item.get("name") or "file").replace("/", "_")
    base = control.base_url
    record = methods_files.new_file(control.workspace, name=name, size=len(data), user=user, base_url=base)
    record["content"] = data
    return methods_files.file_json(record)


def _own(control: Control, body: dict[str, Any]) -> Message:
    user, channel = control.member(body)
    message = control.message(user, channel, need(body, "ts"))
    if message.user != user:
        raise ControlError("Only one's own messages can be changed.", status=403)
    return message


async def _edit(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    text = compose(control.workspace, need(body, "text"))
    talk.edit(control.workspace, _own(control, body), text=text)
    return {}


async def _erase(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    talk.delete(control.workspace, _own(control, body))
    return {}


async def _react(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    user, channel = control.member(body)
    message = control.message(user, channel, need(body, "ts"))
    talk.react(control.workspace, message, user, need(body, "name"), add=not body.get("remove"))
    return {}


async def _command(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    user, channel = control.member(body)
    ack = await interactions.run_command(
        control.workspace,
        control.delivery,
        control.base_url,
        user=user,
        channel=channel,
        command=need(body, "command"),
        text=str(body.get("text") or ""),
    )
    return shown(ack)


async def _click(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    user, place = control.place(body)
    ack = await interactions.click(
        control.workspace,
        control.delivery,
        control.base_url,
        user=user,
        place=place,
        action_id=need(body, "action_id"),
        block_id=body.get("block_id"),
        choice=body.get("value"),
        state=body.get("state"),
    )
    return shown(ack)


async def _options(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    user, place = control.place(body)
    action_id, query = need(body, "action_id"), str(body.get("query") or "")
    options = await interactions.suggest(
        control.workspace, control.delivery, user=user, place=place, action_id=action_id, query=query
    )
    return {"options": options}


async def _submit(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    ack, errors = await interactions.submit(
        control.workspace,
        control.delivery,
        control.base_url,
        view=control.view(body),
        values=body.get("values") or {},
    )
    return {**shown(ack), "errors": errors}


async def _close(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    everything = bool(body.get("everything"))
    view = control.view(body)
    return shown(
        await interactions.close(control.workspace, control.delivery, view=view, everything=everything)
    )


async def _home(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    interactions.open_home(control.workspace, user=control.person(body), tab=str(body.get("tab") or "home"))
    return {}


async def _stop(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    user, channel = control.member(body)
    interactions.stop(control.workspace, user=user, channel=channel, thread_ts=need(body, "thread_ts"))
    return {}


async def _shortcut(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    user, message = control.person(body), None
    if body.get("ts"):
        user, channel = control.member(body)
        message = control.message(user, channel, need(body, "ts"))
    ack = await interactions.shortcut(
        control.workspace,
        control.delivery,
        control.base_url,
        user=user,
        callback_id=need(body, "callback_id"),
        message=message,
    )
    return shown(ack)


async def _join(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    joined = talk.join(control.workspace, control.channel(body), control.person(body))
    return {"changed": joined}


async def _leave(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    return {"changed": talk.leave(control.workspace, control.channel(body), control.person(body))}


async def _read(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    user, channel = control.member(body)
    if channel.messages:
        control.workspace.read[(user, channel.id)] = next(reversed(channel.messages))
    return {}


def _verbs() -> dict[str, Verb]:
    from . import trials

    return {
        "say": _say,
        "edit": _edit,
        "erase": _erase,
        "react": _react,
        "command": _command,
        "click": _click,
        "options": _options,
        "submit": _submit,
        "close": _close,
        "home": _home,
        "stop": _stop,
        "shortcut": _shortcut,
        "join": _join,
        "leave": _leave,
        "read": _read,
        **trials.verbs(),
    }
