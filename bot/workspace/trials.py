"""Control verbs that only tests use: pushed and repeated events, faults, the clock, a fresh start."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from .control import Control, Verb, need, shown
from .delivery import Ack
from .errors import ControlError
from .faults import Fault
from .methods_views import close_all


def verbs() -> dict[str, Verb]:
    """The rows that this module adds to the table of the control API."""
    return {
        "event": _event,
        "redeliver": _redeliver,
        "fault": _fault,
        "faults/clear": _clear_faults,
        "sockets/close": _close_sockets,
        "token/revoke": _revoke,
        "token/restore": _restore,
        "channel/archive": _archive,
        "clock/advance": _advance,
        "reset": _reset,
    }


async def _event(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    event = body.get("event")
    if not isinstance(event, dict) or not event.get("type"):
        raise ControlError("The field 'event' must be an event with a type.")
    return {"event_id": control.delivery.emit({"event_ts": control.workspace.stamp(), **event})}


async def _redeliver(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    record = control.delivery.find(need(body, "event_id"))
    if record is None:
        raise ControlError("No event with this event_id was sent.", status=404)
    retry = body.get("retry_num")
    ack = await control.delivery.again(record, retry, str(body.get("retry_reason") or ""))
    return shown(ack or Ack(reason="no_connection"))


async def _fault(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    need(body, "method")
    need(body, "kind")
    unknown = set(body) - {each.name for each in fields(Fault)}
    if unknown:
        raise ControlError(f"A fault has no field {', '.join(sorted(unknown))}.")
    control.faults.arm(Fault(**body))
    return {}


async def _clear_faults(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    control.faults.clear()
    return {}


async def _close_sockets(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    return {"closed": await control.sockets.close_all(warn=bool(body.get("warn")))}


async def _revoke(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    workspace = control.workspace
    workspace.revoked.add(str(body.get("token") or workspace.seed.tokens.bot))
    tokens = {"oauth": [], "bot": [workspace.bot_user]}
    workspace.emit({"type": "tokens_revoked", "tokens": tokens, "event_ts": workspace.stamp()})
    return {}


async def _restore(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    control.workspace.revoked.discard(str(body.get("token") or control.workspace.seed.tokens.bot))
    return {}


async def _archive(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    channel = control.channel(body)
    channel.archived = bool(body.get("archived", True))
    workspace = control.workspace
    kind = "channel_archive" if channel.archived else "channel_unarchive"
    user = next(iter(workspace.audience(channel)), workspace.bot_user)
    workspace.emit({"type": kind, "channel": channel.id, "user": user, "event_ts": workspace.stamp()})
    workspace.publish({"type": "channel", "channel": channel.id, "for": workspace.audience(channel)})
    return {}


async def _advance(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    seconds = body.get("seconds")
    if not isinstance(seconds, (int, float)):
        raise ControlError("The field 'seconds' must be a number.")
    control.workspace.clock.offset += seconds
    control.workspace.expire_statuses()
    return {"now": control.workspace.clock.now()}


async def _reset(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    control.delivery.forget()
    control.faults.clear()
    for user in list(control.workspace.modals):
        close_all(control.workspace, user)
    control.workspace.reset()
    control.workspace.publish({"type": "reset"})
    return {}
