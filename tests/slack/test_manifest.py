"""The manifest that people paste into Slack asks for what the code uses, and for nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import bot.slack
from bot.slack.identifiers import COMMAND
from bot.slack.views.companies import CHECK_COMPANY
from bot.workspace import default_seed

ROOM = Path(bot.slack.__file__).parent
MANIFEST = json.loads((ROOM / "manifest.json").read_text(encoding="utf-8"))
CODE = "\n".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py"))

#: The scope that each Web API method needs, from Slack's method reference.
SCOPES = {
    "assistant_threads_setStatus": {"assistant:write"},
    "assistant_threads_setSuggestedPrompts": {"assistant:write"},
    "auth_test": set(),
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "files_info": {"files:read"},
    "users_info": {"users:read", "users:read.email"},
    "views_open": set(),
}
#: The scopes behind subscriptions, commands and posting.
IMPLIED = {"app_mentions:read", "chat:write", "commands", "files:write", "im:read"}


def test_every_event_that_is_listened_to_is_subscribed() -> None:
    listened = set(re.findall(r'app\.event\("([a-z_]+)"\)', CODE))
    subscribed = {name.split(".")[0] for name in MANIFEST["settings"]["event_subscriptions"]["bot_events"]}
    assert listened == subscribed


def test_every_method_that_is_called_has_its_scope_and_no_scope_is_spare() -> None:
    called = set(re.findall(r"client\.([a-z]+_[a-zA-Z_]+)\(", CODE)) - {"api_call"}
    assert called <= SCOPES.keys(), called - SCOPES.keys()
    needed = set().union(*(SCOPES[name] for name in called)) | IMPLIED
    # The outbox searches histories through api_call, by the method's name in its table.
    needed |= SCOPES["conversations_history"]
    assert needed == set(MANIFEST["oauth_config"]["scopes"]["bot"])


def test_the_command_and_the_descriptions_fit() -> None:
    commands = MANIFEST["features"]["slash_commands"]
    assert [command["command"] for command in commands] == [COMMAND]
    assert len(MANIFEST["features"]["agent_view"]["agent_description"]) <= 300
    assert MANIFEST["settings"]["socket_mode_enabled"]


def test_the_shortcut_is_the_one_that_is_listened_to_and_the_local_workspace_has_it_too() -> None:
    shortcuts = MANIFEST["features"]["shortcuts"]
    assert [(each["callback_id"], each["type"]) for each in shortcuts] == [(CHECK_COMPANY, "message")]
    assert all(len(each["name"]) <= 24 for each in shortcuts)
    local = [(each.callback_id, each.name, each.type) for each in default_seed().shortcuts]
    assert local == [(each["callback_id"], each["name"], each["type"]) for each in shortcuts]


def test_home_is_shown_where_home_is_opened() -> None:
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"]
