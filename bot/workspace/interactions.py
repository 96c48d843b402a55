"""What people do beside talking: commands, clicks, views, Home, shortcuts, Stop.

Each function builds Slack's payload, delivers it, and carries out what the app answered.
"""

from __future__ import annotations

from typing import Any

from . import answers, talk
from .delivery import Ack, Delivery
from .errors import ControlError, SlackError
from .methods_views import close_all, close_top
from .render import message_json, view_json
from .state import Channel, Message, View, Workspace
from .values import action_of, elements_of, find_element, initial_value, is_empty, typed_value

_CHANNEL_NAMES = {"im": "directmessage", "group": "privategroup"}


def _common(workspace: Workspace, user: str, kind: str) -> dict[str, Any]:
    record = workspace.user(user)
    team = workspace.seed.team
    who = {"id": user, "username": record["name"], "name": record["name"], "team_id": record["team_id"]}
    return {
        "type": kind,
        "token": "local-verification-token",
        "api_app_id": workspace.seed.bot.app_id,
        "team": {"id": team.id, "domain": team.domain},
        "user": who,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel_part(channel: Channel) -> dict[str, Any]:
    name = _CHANNEL_NAMES.get(channel.kind, channel.name)
    return {"id": channel.id, "name": name}


async def run_command(
    workspace: Workspace,
    delivery: Delivery,
    base_url: str,
    *,
    user: str,
    channel: Channel,
    command: str,
    text: str,
) -> Ack:
    """A slash command; what the app answers in its acknowledgement is shown in the channel."""
    if command not in workspace.seed.commands:
        raise ControlError(
            f"{command} is not a command of this workspace ({', '.join(workspace.seed.commands)})."
        )
    key = workspace.grant_response_url(channel.id, user)
    payload = {
        "token": "local-verification-token",
        "team_id": workspace.seed.team.id,
        "team_domain": workspace.seed.team.domain,
        "channel_id": channel.id,
        "channel_name": _CHANNEL_NAMES.get(channel.kind, channel.name),
        "user_id": user,
        "user_name": workspace.user(user)["name"],
        "command": command,
        "text": text,
        "api_app_id": workspace.seed.bot.app_id,
        "is_enterprise_install": "false",
        "response_url": f"{base_url}/response/{key}",
        "trigger_id": workspace.grant_trigger(user),
    }
    ack = await delivery.interact("slash_commands", payload)
    if not ack.ok:
        reason = "operation_timeout" if ack.reason == "timeout" else "dispatch_failed"
        talk.whisper(workspace, channel, user, f"{command} failed with the error “{reason}”.")
    elif ack.payload:
        try:
            answers.respond(workspace, channel, user, ack.payload)
        except SlackError as error:
            talk.whisper(workspace, channel, user, f"{command} failed with the error “{error.code}”.")
            return Ack(reason=error.code, milliseconds=ack.milliseconds)
    return ack


async def click(
    workspace: Workspace,
    delivery: Delivery,
    base_url: str,
    *,
    user: str,
    place: Message | View,
    action_id: str,
    block_id: str | None = None,
    choice: Any = None,
    state: dict[str, Any] | None = None,
) -> Ack:
    """A click or choice on a message, a modal or Home."""
    blocks = place.blocks if isinstance(place, Message) else place.body.get("blocks", [])
    block, element = find_element(blocks, action_id, block_id)
    payload = _common(workspace, user, "block_actions")
    if isinstance(place, Message):
        channel = workspace.channels[place.channel]
        thread = {"thread_ts": place.thread_ts} if place.thread_ts else {}
        payload["container"] = {
            "type": "message",
            "message_ts": place.ts,
            "channel_id": channel.id,
            "is_ephemeral": place.only_for is not None,
            **thread,
        }
        payload["channel"] = _channel_part(channel)
        if place.only_for is None:
            payload["message"] = message_json(workspace, place, metadata=True)
        payload["state"] = {"values": _fill(blocks, state or {}, {block["block_id"]: {action_id: choice}})}
        key = workspace.grant_response_url(channel.id, user, message_ts=place.ts, thread_ts=place.thread_ts)
        payload["response_url"] = f"{base_url}/response/{key}"
        payload["trigger_id"] = workspace.grant_trigger(user)
    else:
        place.values = _fill(
            blocks, {**place.values, **(state or {})}, {block["block_id"]: {action_id: choice}}
        )
        payload["container"] = {"type": "view", "view_id": place.id}
        payload["view"] = view_json(workspace, place)
        payload["trigger_id"] = workspace.grant_trigger(user, view=place.id)
    payload["actions"] = [action_of(block, element, choice, workspace.stamp())]
    return await delivery.interact("interactive", payload)


async def submit(
    workspace: Workspace, delivery: Delivery, base_url: str, *, view: View, values: dict[str, Any]
) -> tuple[Ack, dict[str, str]]:
    """Submit a modal; returns the errors by block_id, which leave it open.

    ``values`` maps block_id to {action_id: choice}, or action_id to choice. Required inputs are checked
    here first, as Slack's client does, and then the app is not asked.
    """
    blocks = view.body.get("blocks", [])
    view.values = _fill(blocks, view.values, values)
    missing = _missing(blocks, view.values)
    if missing:
        return Ack(reason="not_sent"), missing
    payload = _common(workspace, view.user, "view_submission") | {
        "trigger_id": workspace.grant_trigger(view.user, view=view.id),
        "view": view_json(workspace, view),
        "response_urls": [],
    }
    ack = await delivery.interact("interactive", payload)
    if not ack.ok:
        return ack, {}
    return ack, answers.after_submission(workspace, view, ack.payload)


async def close(
    workspace: Workspace, delivery: Delivery, *, view: View, everything: bool = False
) -> Ack | None:
    """Close a modal; the app hears of it only when the view asked for that."""
    payload = _common(workspace, view.user, "view_closed") | {
        "view": view_json(workspace, view),
        "is_cleared": everything,
    }
    if everything or view.body.get("clear_on_close"):
        close_all(workspace, view.user)
    else:
        close_top(workspace, view.user)
    if view.body.get("notify_on_close"):
        return await delivery.interact("interactive", payload)
    return None


async def suggest(
    workspace: Workspace, delivery: Delivery, *, user: str, place: Message | View, action_id: str, query: str
) -> list[dict[str, Any]]:
    """The options of an external select for what a person typed."""
    blocks = place.blocks if isinstance(place, Message) else place.body.get("blocks", [])
    block, _ = find_element(blocks, action_id)
    payload = _common(workspace, user, "block_suggestion")
    payload |= {"action_id": action_id, "block_id": block["block_id"], "value": query}
    if isinstance(place, Message):
        payload["channel"] = _channel_part(workspace.channels[place.channel])
        payload["container"] = {"type": "message", "message_ts": place.ts, "channel_id": place.channel}
    else:
        payload["view"] = view_json(workspace, place)
        payload["container"] = {"type": "view", "view_id": place.id}
    ack = await delivery.interact("interactive", payload)
    if not ack.ok or not isinstance(ack.payload, dict):
        return []
    options = list(ack.payload.get("options") or [])
    for group in ack.payload.get("option_groups") or []:
        options += group.get("options", [])
    return options


async def shortcut(
    workspace: Workspace,
    delivery: Delivery,
    base_url: str,
    *,
    user: str,
    callback_id: str,
    message: Message | None,
) -> Ack:
    """A global shortcut, or a message shortcut when a message is given."""
    kind = "message" if message else "global"
    known = [each.callback_id for each in workspace.seed.shortcuts if each.type == kind]
    if callback_id not in known:
        raise ControlError(f"{callback_id} is no {kind} shortcut of this workspace ({', '.join(known)}).")
    payload = _common(workspace, user, "message_action" if message else "shortcut") | {
        "callback_id": callback_id,
        "action_ts": workspace.stamp(),
        "trigger_id": workspace.grant_trigger(user),
    }
    if message:
        channel = workspace.channels[message.channel]
        key = workspace.grant_response_url(channel.id, user, message_ts=message.ts)
        payload |= {
            "channel": _channel_part(channel),
            "message": message_json(workspace, message, metadata=True),
            "message_ts": message.ts,
            "response_url": f"{base_url}/response/{key}",
        }
    return await delivery.interact("interactive", payload)


def open_home(workspace: Workspace, *, user: str, tab: str) -> None:
    """A person opens the app's Home or Messages tab."""
    if tab not in ("home", "messages"):
        raise ControlError("The tab is home or messages.")
    channel = workspace.open_direct(user)
    event = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab}
    view = workspace.views.get(workspace.homes.get(user, ""))
    if tab == "home" and view is not None:
        event["view"] = view_json(workspace, view)
    workspace.emit(event | {"event_ts": workspace.stamp()})


def stop(workspace: Workspace, *, user: str, channel: Channel, thread_ts: str) -> None:
    """A person presses Stop; the app itself must end its work and its status."""
    streaming = [
        ts
        for (channel_id, ts) in workspace.streams
        if channel_id == channel.id and channel.messages[ts].thread_ts == thread_ts
    ]
    event = {"type": "agent_session_stopped", "channel": channel.id, "thread_ts": thread_ts, "user": user}
    workspace.emit(event | {"streaming_message_ts": streaming, "event_ts": workspace.stamp()})


def _fill(
    blocks: list[dict[str, Any]], known: dict[str, Any], given: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """state.values of the blocks: what was just given, else what was known, else the initial value."""
    filled: dict[str, dict[str, Any]] = {}
    for block, element in elements_of(blocks):
        if element["type"] in ("button", "icon_button", "overflow", "feedback_buttons", "workflow_button"):
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        inside = given.get(block_id)
        if isinstance(inside, dict) and action_id in inside:
            value = typed_value(element, inside[action_id])
        elif action_id in given:
            value = typed_value(element, given[action_id])
        else:
            before = (known.get(block_id) or {}).get(action_id)
            if before is None:
                value = initial_value(element)
            elif isinstance(before, dict) and "type" in before and before["type"] == element["type"]:
                value = before
            else:
                value = typed_value(element, before)
        filled.setdefault(block_id, {})[action_id] = value
    return filled


def _missing(blocks: list[dict[str, Any]], values: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Errors of the inputs that are empty, too short or too long."""
    errors = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        value = values[block["block_id"]][element["action_id"]]
        text = value.get("value")
        if is_empty(value):
            if not block.get("optional"):
                errors[block["block_id"]] = "Please complete this required field."
        elif isinstance(text, str) and len(text) < element.get("min_length", 0):
            errors[block["block_id"]] = f"Please enter at least {element['min_length']} characters."
        elif isinstance(text, str) and len(text) > element.get("max_length", 3000):
            errors[block["block_id"]] = f"Please enter at most {element.get('max_length', 3000)} characters."
    return errors
