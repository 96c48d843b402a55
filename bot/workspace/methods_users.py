"""api.test, auth.*, apps.connections.open, users.*, team.info and bots.info."""

from __future__ import annotations

from typing import Any

from .errors import SlackError
from .methods import Call, Method, page_of
from .render import user_json
from .state import Workspace


def _api_test(workspace: Workspace, request: Call) -> dict[str, Any]:
    if request.text("error"):
        raise SlackError(request.text("error"), args=dict(request.args))
    return {"args": dict(request.args)}


def _auth_test(workspace: Workspace, request: Call) -> dict[str, Any]:
    seed = workspace.seed
    return {
        "url": f"{request.base_url}/",
        "team": seed.team.name,
        "user": seed.bot.name,
        "team_id": seed.team.id,
        "user_id": seed.bot.user_id,
        "bot_id": seed.bot.bot_id,
        "app_id": seed.bot.app_id,
        "is_enterprise_install": False,
    }


def _connect(workspace: Workspace, request: Call) -> dict[str, Any]:
    return {"url": request.open_socket()}


def _visible(workspace: Workspace, request: Call, record: dict[str, Any]) -> dict[str, Any]:
    shown = user_json(workspace, record)
    granted = workspace.seed.scopes
    if granted is not None and "users:read.email" not in granted:
        shown["profile"].pop("email", None)
    if not request.flag("include_locale"):
        shown.pop("locale", None)
    return shown


def _user(workspace: Workspace, request: Call) -> dict[str, Any]:
    return {"user": _visible(workspace, request, workspace.user(request.need("user", "user_not_found")))}


def _users(workspace: Workspace, request: Call) -> dict[str, Any]:
    page, cursor = page_of(list(workspace.users.values()), request)
    members = [_visible(workspace, request, record) for record in page]
    now = int(workspace.clock.now())
    return {"members": members, "cache_ts": now, "response_metadata": {"next_cursor": cursor}}


def _by_email(workspace: Workspace, request: Call) -> dict[str, Any]:
    email = request.need("email", "users_not_found").lower()
    for record in workspace.users.values():
        if record["email"].lower() == email and not record["is_stranger"]:
            return {"user": _visible(workspace, request, record)}
    raise SlackError("users_not_found")


def _team(workspace: Workspace, request: Call) -> dict[str, Any]:
    team = workspace.seed.team
    if request.text("team") not in ("", team.id):
        raise SlackError("team_not_found")
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": ""}}


def _bot(workspace: Workspace, request: Call) -> dict[str, Any]:
    bot = workspace.seed.bot
    if request.text("bot") not in ("", bot.bot_id):
        raise SlackError("bot_not_found")
    shown = {"id": bot.bot_id, "name": bot.display_name, "app_id": bot.app_id, "user_id": bot.user_id}
    return {"bot": {**shown, "deleted": False, "updated": 0, "icons": {}}}


METHODS = {
    "api.test": Method(_api_test, token="none"),
    "auth.test": Method(_auth_test, token="any"),
    "apps.connections.open": Method(_connect, token="app"),
    "users.info": Method(_user, ("users:read",)),
    "users.list": Method(_users, ("users:read",)),
    "users.lookupByEmail": Method(_by_email, ("users:read.email",)),
    "team.info": Method(_team, ("team:read",)),
    "bots.info": Method(_bot, ("users:read",)),
}
