"""Elements inside blocks, and what a person's choice in them looks like in a payload."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .errors import ControlError

#: Element type → (field of the payload, what it holds).
_FIELDS = {
    "static_select": ("selected_option", "option"),
    "external_select": ("selected_option", "option"),
    "radio_buttons": ("selected_option", "option"),
    "overflow": ("selected_option", "option"),
    "checkboxes": ("selected_options", "options"),
    "multi_static_select": ("selected_options", "options"),
    "multi_external_select": ("selected_options", "options"),
    "datepicker": ("selected_date", "plain"),
    "timepicker": ("selected_time", "plain"),
    "datetimepicker": ("selected_date_time", "plain"),
    "users_select": ("selected_user", "plain"),
    "channels_select": ("selected_channel", "plain"),
    "conversations_select": ("selected_conversation", "plain"),
    "multi_users_select": ("selected_users", "list"),
    "multi_conversations_select": ("selected_conversations", "list"),
    "multi_channels_select": ("selected_channels", "list"),
}
_INITIAL = {
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_channel": "initial_channel",
    "selected_conversation": "initial_conversation",
    "value": "initial_value",
}


def elements_of(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every (block, element) pair that a person can act on."""
    for block in blocks:
        kind = block.get("type")
        if kind in ("actions", "context_actions"):
            yield from ((block, element) for element in block.get("elements", []))
        elif kind == "card":
            yield from ((block, element) for element in block.get("actions", []))
        elif kind in ("carousel", "container"):
            inner = block.get("elements") or block.get("children") or []
            yield from elements_of([{"block_id": block.get("block_id"), **each} for each in inner])
        for key in ("accessory", "element"):
            if isinstance(block.get(key), dict) and block[key].get("type") != "image":
                yield block, block[key]


def find_element(
    blocks: list[dict[str, Any]], action_id: str, block_id: str | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The element with an action id. Raises ControlError when it is not there (any more)."""
    for block, element in elements_of(blocks):
        if element.get("action_id") == action_id and block_id in (None, block.get("block_id")):
            return block, element
    raise ControlError(f"There is no element with the action_id {action_id!r} here (any more).", status=404)


def typed_value(element: dict[str, Any], choice: Any) -> dict[str, Any]:
    """A person's choice as Slack's payload spells it.

    ``choice`` is the option's value, a list of values, a date or a text; a ready option object (from an
    external select) is taken as it is.
    """
    kind = element["type"]
    name, holds = _FIELDS.get(kind, ("value", "plain"))
    if holds == "option":
        return {"type": kind, name: _option(element, choice)}
    if holds == "options":
        return {"type": kind, name: [_option(element, each) for each in choice or []]}
    if holds == "list":
        return {"type": kind, name: list(choice or [])}
    return {"type": kind, name: choice if choice not in ("", None) else None}


def initial_value(element: dict[str, Any]) -> dict[str, Any]:
    """The value that an element has before anybody touches it."""
    kind = element["type"]
    name, holds = _FIELDS.get(kind, ("value", "plain"))
    empty: Any = [] if holds in ("options", "list") else None
    return {"type": kind, name: element.get(_INITIAL.get(name, ""), empty)}


def is_empty(value: dict[str, Any]) -> bool:
    """Whether a typed value holds nothing."""
    return all(each in (None, [], "") for key, each in value.items() if key != "type")


def action_of(block: dict[str, Any], element: dict[str, Any], choice: Any, stamp: str) -> dict[str, Any]:
    """The entry of ``actions`` in a block_actions payload."""
    kind = element["type"]
    action: dict[str, Any] = {
        "type": kind,
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": stamp,
    }
    if kind == "feedback_buttons":
        sides = [element["positive_button"], element["negative_button"]]
        chosen = [side for side in sides if side["value"] == choice]
        if not chosen:
            raise ControlError(f"Feedback is one of {', '.join(side['value'] for side in sides)}.")
        return action | {"value": chosen[0]["value"], "text": chosen[0]["text"]}
    if kind in ("button", "icon_button", "workflow_button"):
        kept = {key: element[key] for key in ("text", "value", "style", "icon", "url") if key in element}
        return action | kept
    return action | typed_value(element, choice)


def _option(element: dict[str, Any], choice: Any) -> dict[str, Any] | None:
    if choice in (None, "") or isinstance(choice, dict):
        return choice or None
    options = list(element.get("options", []))
    for group in element.get("option_groups", []):
        options += group.get("options", [])
    for option in options:
        if option.get("value") == choice:
            return option
    raise ControlError(f"{choice!r} is not among the options of {element.get('action_id')!r}.")
