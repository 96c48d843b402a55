"""views.open, views.push, views.update, views.publish: modals and the Home tab."""

from __future__ import annotations

import secrets
from typing import Any

from .blocks import check_view
from .errors import SlackError
from .methods import Call, Method
from .render import view_json
from .state import View, Workspace

STACK_LIMIT = 3


def add_modal(workspace: Workspace, user: str, body: dict[str, Any], *, push: bool) -> View:
    """Open a modal for a user, alone or on top of the open ones.

    Raises SlackError push_limit_reached for a fourth view, duplicate_external_id.
    """
    stack = workspace.modals.setdefault(user, [])
    if push and len(stack) >= STACK_LIMIT:
        raise SlackError("push_limit_reached")
    if not push:
        close_all(workspace, user)
        stack = workspace.modals.setdefault(user, [])
    _check_external(workspace, body)
    view_id = workspace.mint("V")
    view = View(
        id=view_id,
        user=user,
        body=body,
        root=stack[0] if stack else view_id,
        previous=stack[-1] if stack else None,
        hash=_hash(workspace),
    )
    workspace.views[view_id] = view
    stack.append(view_id)
    publish(workspace, view)
    return view


def replace(workspace: Workspace, view: View, body: dict[str, Any]) -> View:
    """Give a view new content; values stay for blocks whose block_id stays."""
    kept = {block.get("block_id") for block in body.get("blocks", [])}
    view.body, view.hash = body, _hash(workspace)
    view.values = {block_id: values for block_id, values in view.values.items() if block_id in kept}
    publish(workspace, view)
    return view


def close_all(workspace: Workspace, user: str) -> None:
    """Close every modal of a user."""
    for view_id in workspace.modals.pop(user, []):
        workspace.views.pop(view_id, None)
    workspace.publish({"type": "views", "user": user, "views": [], "for": [user]})


def close_top(workspace: Workspace, user: str) -> None:
    """Close the uppermost modal of a user; the one below comes back."""
    stack = workspace.modals.get(user, [])
    if stack:
        workspace.views.pop(stack.pop(), None)
    if not stack:
        workspace.modals.pop(user, None)
    publish_stack(workspace, user)


def publish_stack(workspace: Workspace, user: str) -> None:
    """Show a user's page the modals that are open."""
    views = [view_json(workspace, workspace.views[view_id]) for view_id in workspace.modals.get(user, [])]
    workspace.publish({"type": "views", "user": user, "views": views, "for": [user]})


def publish(workspace: Workspace, view: View) -> None:
    """Show a changed view to its user."""
    if view.body["type"] == "home":
        shown = view_json(workspace, view)
        workspace.publish({"type": "home", "user": view.user, "view": shown, "for": [view.user]})
    else:
        publish_stack(workspace, view.user)


def _hash(workspace: Workspace) -> str:
    return f"{int(workspace.clock.now())}.{secrets.token_hex(4)}"


def _check_external(workspace: Workspace, body: dict[str, Any], itself: str | None = None) -> None:
    external = body.get("external_id")
    if external and any(
        view.body.get("external_id") == external and view.id != itself for view in workspace.views.values()
    ):
        raise SlackError("duplicate_external_id")


def _body(request: Call, *kinds: str) -> dict[str, Any]:
    return check_view(request.json("view", "invalid_arguments"), kinds)


def _open(workspace: Workspace, request: Call) -> dict[str, Any]:
    body = _body(request, "modal")
    trigger = workspace.take_trigger(request.need("trigger_id", "invalid_trigger_id"))
    push = request.method == "views.push"
    if push and (trigger.view is None or trigger.view not in workspace.views):
        raise SlackError("not_found")
    return {"view": view_json(workspace, add_modal(workspace, trigger.user, body, push=push))}


def _update(workspace: Workspace, request: Call) -> dict[str, Any]:
    view_id, external = request.text("view_id"), request.text("external_id")
    if not view_id and not external:
        raise SlackError("invalid_arguments")
    found = [
        view
        for view in workspace.views.values()
        if view.id == view_id or (external and view.body.get("external_id") == external)
    ]
    if not found:
        raise SlackError("not_found")
    view = found[0]
    body = _body(request, view.body["type"])
    if request.text("hash") and request.text("hash") != view.hash:
        raise SlackError("hash_conflict")
    _check_external(workspace, body, view.id)
    return {"view": view_json(workspace, replace(workspace, view, body))}


def _publish(workspace: Workspace, request: Call) -> dict[str, Any]:
    user = request.need("user_id", "invalid_arguments")
    workspace.user(user)
    body = _body(request, "home")
    known = workspace.views.get(workspace.homes.get(user, ""))
    if known is not None:
        if request.text("hash") and request.text("hash") != known.hash:
            raise SlackError("hash_conflict")
        return {"view": view_json(workspace, replace(workspace, known, body))}
    view_id = workspace.mint("V")
    view = View(id=view_id, user=user, body=body, root=view_id, hash=_hash(workspace))
    workspace.views[view_id] = view
    workspace.homes[user] = view_id
    publish(workspace, view)
    return {"view": view_json(workspace, view)}


METHODS = {
    "views.open": Method(_open),
    "views.push": Method(_open),
    "views.update": Method(_update),
    "views.publish": Method(_publish),
}
