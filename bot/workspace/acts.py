"""What a person does in the local workspace, as verbs of the control API: say, click, fill in, join, read."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from . import interactions, methods_files, talk
from .control import Control, Verb, need, shown
from .errors import ControlError
from .state import Message
from .text import compose


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


def verbs() -> dict[str, Verb]:
    """Every verb with what carries it out."""
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
    }
