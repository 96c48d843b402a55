"""Limits of Block Kit's elements and composition objects (buttons, selects, options, text objects).

A check appends sentences to a :class:`Report`; it never raises, so that one answer names every mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

#: Limits in characters or counts; the names say of what.
BUTTON_TEXT, VALUE, URL, ID = 75, 2000, 3000, 255
OPTIONS, OPTION_TEXT, OPTION_VALUE, OVERFLOW_OPTIONS, CHOICES = 100, 75, 150, 5, 10
AGENT_PROMPT, VISIBLE_TO, INPUT_LENGTH = 4000, 10, 3000

IN_ACTIONS = frozenset(
    {
        "button",
        "checkboxes",
        "datepicker",
        "datetimepicker",
        "timepicker",
        "overflow",
        "radio_buttons",
        "workflow_button",
        "static_select",
        "external_select",
        "users_select",
        "conversations_select",
        "channels_select",
        "multi_static_select",
        "multi_external_select",
        "multi_users_select",
        "multi_conversations_select",
        "multi_channels_select",
        "rich_text_input",
    }
)
IN_SECTION = (IN_ACTIONS | {"image"}) - {"rich_text_input"}
IN_INPUT = (IN_ACTIONS - {"button", "overflow", "workflow_button"}) | {
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "file_input",
}
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})


@dataclass(slots=True)
class Report:
    """What is wrong, with JSON pointers, and the texts counted so far."""

    problems: list[str] = field(default_factory=list)
    characters: int = 0
    markdown: int = 0
    data_cells: int = 0
    charts: int = 0

    def add(self, sentence: str, pointer: str) -> None:
        """Note a mistake at a place."""
        self.problems.append(f"{sentence} [json-pointer:{pointer}]")

    def length(self, value: Any, limit: int, pointer: str, *, least: int = 0) -> None:
        """A string of ``least`` to ``limit`` characters, or nothing when ``least`` is 0."""
        if value is None and least == 0:
            return
        if not isinstance(value, str):
            self.add("must be a string", pointer)
        elif len(value) > limit:
            self.add(f"must be no more than {limit} characters", pointer)
        elif len(value) < least:
            self.add(f"must be more than {least - 1} characters", pointer)

    def count(self, value: Any, limit: int, pointer: str, *, least: int = 1) -> list[Any]:
        """A list of ``least`` to ``limit`` items; an empty list in place of anything else."""
        if not isinstance(value, list):
            self.add("must be an array", pointer)
            return []
        if len(value) > limit:
            self.add(f"no more than {limit} items allowed", pointer)
        if len(value) < least:
            self.add(f"no fewer than {least} items allowed", pointer)
        return value

    def text(self, value: Any, limit: int, pointer: str, *, plain: bool = False, least: int = 1) -> None:
        """A text object."""
        if not isinstance(value, dict):
            self.add("must be a text object", pointer)
            return
        kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
        if value.get("type") not in kinds:
            self.add(f"must be of type {' or '.join(kinds)}", f"{pointer}/type")
        if value.get("type") == "mrkdwn" and "emoji" in value:
            self.add("additional property not allowed: emoji", pointer)
        self.length(value.get("text"), limit, f"{pointer}/text", least=least)
        if isinstance(value.get("text"), str):
            self.characters += len(value["text"])


def kind_of(thing: Any) -> str:
    """The ``type`` of a block or element; "" when it has none that is a string."""
    kind = thing.get("type") if isinstance(thing, dict) else None
    return kind if isinstance(kind, str) else ""


def check_element(
    report: Report, element: Any, allowed: frozenset[str], pointer: str, seen: set[str]
) -> None:
    """An interactive element or image; ``seen`` collects the action ids of the block."""
    kind = kind_of(element)
    if kind not in allowed:
        report.add(f"unsupported type: {kind}", f"{pointer}/type")
        return
    if kind == "image":
        check_image(report, element, pointer)
        return
    action_id = element.get("action_id")
    report.length(action_id, ID, f"{pointer}/action_id")
    if isinstance(action_id, str):
        if action_id in seen:
            report.add("action_id must be unique within a block", f"{pointer}/action_id")
        seen.add(action_id)
    if "confirm" in element:
        _check_confirm(report, element["confirm"], f"{pointer}/confirm")
    if "placeholder" in element:
        report.text(element["placeholder"], 150, f"{pointer}/placeholder", plain=True)
    check = _checks().get(kind)
    if check:
        check(report, element, pointer)


def check_image(report: Report, image: dict[str, Any], pointer: str) -> None:
    """The address and description of an image block or element."""
    if not image.get("image_url") and not image.get("slack_file"):
        report.add("image_url or slack_file is required", pointer)
    report.length(image.get("image_url"), URL, f"{pointer}/image_url")
    report.length(image.get("alt_text"), 2000, f"{pointer}/alt_text", least=1)


def _check_confirm(report: Report, confirm: Any, pointer: str) -> None:
    if not isinstance(confirm, dict):
        report.add("must be a confirm object", pointer)
        return
    report.text(confirm.get("title"), 100, f"{pointer}/title", plain=True)
    report.text(confirm.get("text"), 300, f"{pointer}/text")
    for key in ("confirm", "deny"):
        if key in confirm:
            report.text(confirm[key], 30, f"{pointer}/{key}", plain=True)


def _button(report: Report, button: dict[str, Any], pointer: str) -> None:
    report.text(button.get("text"), BUTTON_TEXT, f"{pointer}/text", plain=True)
    report.length(button.get("value"), VALUE, f"{pointer}/value")
    report.length(button.get("url"), URL, f"{pointer}/url")
    report.length(button.get("agent_prompt"), AGENT_PROMPT, f"{pointer}/agent_prompt")
    if button.get("style") not in (None, "primary", "danger"):
        report.add("must be primary or danger", f"{pointer}/style")


def _icon_button(report: Report, button: dict[str, Any], pointer: str) -> None:
    report.text(button.get("text"), BUTTON_TEXT, f"{pointer}/text", plain=True)
    report.length(button.get("icon"), 75, f"{pointer}/icon", least=1)
    report.length(button.get("value"), VALUE, f"{pointer}/value")
    if "visible_to_user_ids" in button:
        report.count(button["visible_to_user_ids"], VISIBLE_TO, f"{pointer}/visible_to_user_ids")


def _feedback(report: Report, element: dict[str, Any], pointer: str) -> None:
    for key in ("positive_button", "negative_button"):
        button = element.get(key)
        if not isinstance(button, dict):
            report.add("must be provided", f"{pointer}/{key}")
            continue
        report.text(button.get("text"), BUTTON_TEXT, f"{pointer}/{key}/text", plain=True)
        report.length(button.get("value"), VALUE, f"{pointer}/{key}/value", least=1)


def _options(report: Report, options: Any, limit: int, pointer: str, *, plain: bool) -> None:
    for index, option in enumerate(report.count(options, limit, pointer)):
        place = f"{pointer}/{index}"
        if not isinstance(option, dict):
            report.add("must be an option object", place)
            continue
        report.text(option.get("text"), OPTION_TEXT, f"{place}/text", plain=plain)
        report.length(option.get("value"), OPTION_VALUE, f"{place}/value", least=1)
        if "description" in option:
            report.text(option["description"], OPTION_TEXT, f"{place}/description", plain=plain)


def _select(report: Report, select: dict[str, Any], pointer: str) -> None:
    if "option_groups" in select:
        for index, group in enumerate(
            report.count(select["option_groups"], OPTIONS, f"{pointer}/option_groups")
        ):
            place = f"{pointer}/option_groups/{index}"
            if not isinstance(group, dict):
                report.add("must be an option group", place)
                continue
            report.text(group.get("label"), OPTION_TEXT, f"{place}/label", plain=True)
            _options(report, group.get("options"), OPTIONS, f"{place}/options", plain=True)
    else:
        _options(report, select.get("options"), OPTIONS, f"{pointer}/options", plain=True)


def _choice(report: Report, element: dict[str, Any], pointer: str) -> None:
    _options(report, element.get("options"), CHOICES, f"{pointer}/options", plain=False)


def _overflow(report: Report, element: dict[str, Any], pointer: str) -> None:
    _options(report, element.get("options"), OVERFLOW_OPTIONS, f"{pointer}/options", plain=True)


def _text_input(report: Report, element: dict[str, Any], pointer: str) -> None:
    report.length(element.get("initial_value"), INPUT_LENGTH, f"{pointer}/initial_value")
    for key in ("min_length", "max_length"):
        value = element.get(key)
        if value is not None and not (isinstance(value, int) and 0 <= value <= INPUT_LENGTH):
            report.add(f"must be between 0 and {INPUT_LENGTH}", f"{pointer}/{key}")


def _checks() -> dict[str, Callable[[Report, dict[str, Any], str], None]]:
    return {
        "button": _button,
        "icon_button": _icon_button,
        "feedback_buttons": _feedback,
        "static_select": _select,
        "multi_static_select": _select,
        "radio_buttons": _choice,
        "checkboxes": _choice,
        "overflow": _overflow,
        "plain_text_input": _text_input,
    }
