"""What an app answers to an interaction: through its acknowledgement or through a response_url."""

from __future__ import annotations

from typing import Any

from . import talk
from .blocks import check_view
from .errors import SlackError
from .methods import Call
from .methods_chat import content
from .methods_views import add_modal, close_all, close_top, replace
from .state import Channel, Message, View, Workspace


def respond(
    workspace: Workspace, channel: Channel, user: str, body: dict[str, Any], *, origin: Message | None = None
) -> None:
    """Show the answer: a new ephemeral or channel message, or a change of the message acted on.

    Raises SlackError no_text, invalid_blocks …
    """
    if body.get("delete_original"):
        _delete(workspace, channel, origin)
        return
    found = content(workspace, Call("response_url", body))
    found.pop("metadata", None)
    if not (found.get("text", "").strip() or found.get("blocks") or found.get("attachments")):
        raise SlackError("no_text")
    if body.get("replace_original") and origin is not None:
        _replace(workspace, origin, found)
        return
    text = found.pop("text", "")
    thread_ts = body.get("thread_ts")
    if body.get("response_type") == "in_channel":
        talk.post(workspace, channel, workspace.bot_user, text, thread_ts=thread_ts, bot=True, **found)
    else:
        talk.whisper(workspace, channel, user, text, thread_ts=thread_ts, **found)


def use_response_url(workspace: Workspace, key: str, body: dict[str, Any]) -> None:
    """Answer through a response_url. Raises SlackError (status 404) for a spent or unknown one."""
    known = workspace.response_urls.get(key)
    if known is None:
        raise SlackError("invalid_url", status=404)
    if workspace.clock.now() > known.expires:
        raise SlackError("expired_url", status=404)
    if known.uses < 1:
        raise SlackError("used_url", status=404)
    channel = workspace.channels[known.channel]
    origin = channel.messages.get(known.message_ts or "") or channel.ephemerals.get(known.message_ts or "")
    respond(workspace, channel, known.user, body, origin=origin)
    known.uses -= 1


def after_submission(workspace: Workspace, view: View, payload: Any) -> dict[str, str]:
    """Carry out a ``response_action``; returns errors by block_id (with them the view stays open)."""
    action = payload.get("response_action") if isinstance(payload, dict) else None
    if action is None:
        close_top(workspace, view.user)
    elif action == "errors":
        errors = payload.get("errors") or {}
        known = {block.get("block_id") for block in view.body["blocks"] if block["type"] == "input"}
        # Slack shows nothing for an error on a block that is no input; here it is said plainly.
        return {key if key in known else "": str(text) for key, text in errors.items()}
    elif action == "clear":
        close_all(workspace, view.user)
    elif action in ("update", "push"):
        try:
            body = check_view(payload.get("view"), ("modal",))
            if action == "update":
                replace(workspace, view, body)
            else:
                add_modal(workspace, view.user, body, push=True)
        except SlackError as error:
            messages = error.extra.get("response_metadata", {}).get("messages", [])
            return {"": f"The app answered with a view that Slack refuses: {error.code} {' '.join(messages)}"}
    else:
        return {"": f"The app answered with an unknown response_action: {action}"}
    return {}


def _replace(workspace: Workspace, origin: Message, found: dict[str, Any]) -> None:
    changed = {"text": "", "blocks": [], **found}
    if origin.only_for is None:
        talk.edit(workspace, origin, **changed)
        return
    for name, value in changed.items():
        setattr(origin, name, value)
    talk.show(workspace, origin, "message_changed")


def _delete(workspace: Workspace, channel: Channel, origin: Message | None) -> None:
    if origin is None:
        return
    if origin.only_for is None:
        talk.delete(workspace, origin)
        return
    channel.ephemerals.pop(origin.ts, None)
    change = {"type": "message_deleted", "channel": channel.id, "ts": origin.ts}
    workspace.publish({**change, "thread_ts": origin.thread_ts, "for": [origin.only_for]})
