"""Limits of blocks, messages and views, and which block may stand on which surface.

Sources: Slack's documentation and the limits gathered from the SDKs; where copies of the documentation
differ (rows of a data_table) the smaller number holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .elements import (
    ID,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    Report,
    check_element,
    check_image,
    kind_of,
)
from .errors import SlackError

MESSAGE_BLOCKS, VIEW_BLOCKS, MESSAGE_CHARACTERS, MARKDOWN, DATA_CELLS = 50, 100, 13_200, 12_000, 20_000

#: The surfaces that take a block.
SURFACES: dict[str, tuple[str, ...]] = {
    "section": ("message", "modal", "home"),
    "header": ("message", "modal", "home"),
    "divider": ("message", "modal", "home"),
    "context": ("message", "modal", "home"),
    "actions": ("message", "modal", "home"),
    "image": ("message", "modal", "home"),
    "rich_text": ("message", "modal", "home"),
    "video": ("message", "modal", "home"),
    "input": ("message", "modal", "home"),
    "markdown": ("message",),
    "context_actions": ("message",),
    "file": ("message",),
    "table": ("message",),
    "data_table": ("message", "home"),
    "data_visualization": ("message",),
    "plan": ("message",),
    "task_card": ("message",),
    "card": ("message", "home"),
    "carousel": ("message",),
    "container": ("message", "home"),
    "alert": ("modal",),
}


def check_blocks(blocks: Any, *, surface: str) -> list[dict[str, Any]]:
    """The blocks with a block_id each.

    Raises SlackError invalid_blocks_format, invalid_blocks (with every mistake in
    ``response_metadata.messages``) or msg_blocks_too_long.
    """
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    report = Report()
    limit = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    report.count(blocks, limit, "/blocks", least=0)
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        _check_block(report, block, surface, f"/blocks/{index}")
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(block_id, str):
            if block_id in seen:
                report.add("block_id must be unique", f"/blocks/{index}/block_id")
            seen.add(block_id)
    if report.markdown > MARKDOWN:
        report.add(f"markdown blocks must be no more than {MARKDOWN} characters together", "/blocks")
    if report.data_cells > DATA_CELLS:
        report.add(f"data tables must be no more than {DATA_CELLS} characters together", "/blocks")
    if report.charts > 2:
        report.add("no more than 2 data_visualization blocks allowed", "/blocks")
    if report.problems:
        raise _refusal("invalid_blocks", report.problems)
    if surface == "message" and report.characters > MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return [_named(block, index) for index, block in enumerate(blocks)]


def check_view(view: Any, kinds: tuple[str, ...]) -> dict[str, Any]:
    """A modal or Home view whose blocks are named. Raises SlackError invalid_arguments or invalid_blocks."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments")
    report = Report()
    kind = view.get("type")
    if kind not in kinds:
        report.add(f"must be one of {', '.join(kinds)}", "/view/type")
    elif kind == "modal":
        report.text(view.get("title"), 24, "/view/title", plain=True)
        for key in ("submit", "close"):
            if view.get(key) is not None:
                report.text(view[key], 24, f"/view/{key}", plain=True)
    report.length(view.get("callback_id"), ID, "/view/callback_id")
    report.length(view.get("external_id"), ID, "/view/external_id")
    report.length(view.get("private_metadata"), 3000, "/view/private_metadata")
    if not isinstance(view.get("blocks"), list):
        report.add("must be an array", "/view/blocks")
    if report.problems:
        raise _refusal("invalid_arguments", report.problems)
    try:
        blocks = check_blocks(view["blocks"], surface=kind)
    except SlackError as error:
        # For views Slack says invalid_arguments and points below /view.
        messages = error.extra.get("response_metadata", {}).get("messages", [])
        moved = [message.replace("[json-pointer:/", "[json-pointer:/view/") for message in messages]
        raise SlackError("invalid_arguments", response_metadata={"messages": moved}) from None
    if kind == "modal" and any(block["type"] == "input" for block in blocks) and not view.get("submit"):
        raise _refusal(
            "invalid_arguments", ["submit is required with input blocks [json-pointer:/view/submit]"]
        )
    return {**view, "blocks": blocks}


def _refusal(code: str, problems: list[str]) -> SlackError:
    messages = [f"[ERROR] {problem}" for problem in problems]
    return SlackError(code, errors=problems, response_metadata={"messages": messages})


def _named(block: dict[str, Any], index: int) -> dict[str, Any]:
    """The block with a block_id and, on its elements, action ids, as Slack fills them in."""
    named = {**block, "block_id": block.get("block_id") or f"b{index}"}
    elements = block.get("elements")
    if block["type"] in ("actions", "context_actions") and isinstance(elements, list):
        named["elements"] = [
            {**each, "action_id": each.get("action_id") or f"a{place}"} for place, each in enumerate(elements)
        ]
    for key in ("accessory", "element"):
        if isinstance(block.get(key), dict) and block[key].get("type") != "image":
            named[key] = {**block[key], "action_id": block[key].get("action_id") or "a0"}
    return named


def _check_block(report: Report, block: Any, surface: str, pointer: str) -> None:
    kind = kind_of(block)
    if kind not in SURFACES:
        report.add(f"unsupported block type: {kind}", f"{pointer}/type")
        return
    if surface not in SURFACES[kind]:
        report.add(f"block type {kind} is not allowed in a {surface}", f"{pointer}/type")
        return
    report.length(block.get("block_id"), ID, f"{pointer}/block_id")
    check = _checks().get(kind)
    if check:
        check(report, block, pointer)


def _section(report: Report, block: dict[str, Any], pointer: str) -> None:
    if "text" not in block and "fields" not in block:
        report.add("text or fields is required", pointer)
    if "text" in block:
        report.text(block["text"], 3000, f"{pointer}/text")
    if "fields" in block:
        for index, each in enumerate(report.count(block["fields"], 10, f"{pointer}/fields")):
            report.text(each, 2000, f"{pointer}/fields/{index}")
    if "accessory" in block:
        check_element(report, block["accessory"], IN_SECTION, f"{pointer}/accessory", set())


def _header(report: Report, block: dict[str, Any], pointer: str) -> None:
    report.text(block.get("text"), 150, f"{pointer}/text", plain=True)


def _context(report: Report, block: dict[str, Any], pointer: str) -> None:
    for index, each in enumerate(report.count(block.get("elements"), 10, f"{pointer}/elements")):
        place = f"{pointer}/elements/{index}"
        if isinstance(each, dict) and each.get("type") == "image":
            check_image(report, each, place)
        else:
            report.text(each, 2000, place)


def _actions(report: Report, block: dict[str, Any], pointer: str) -> None:
    seen: set[str] = set()
    for index, each in enumerate(report.count(block.get("elements"), 25, f"{pointer}/elements")):
        check_element(report, each, IN_ACTIONS, f"{pointer}/elements/{index}", seen)


def _context_actions(report: Report, block: dict[str, Any], pointer: str) -> None:
    seen: set[str] = set()
    for index, each in enumerate(report.count(block.get("elements"), 5, f"{pointer}/elements")):
        check_element(report, each, IN_CONTEXT_ACTIONS, f"{pointer}/elements/{index}", seen)


def _input(report: Report, block: dict[str, Any], pointer: str) -> None:
    report.text(block.get("label"), 2000, f"{pointer}/label", plain=True)
    if block.get("hint") is not None:
        report.text(block["hint"], 2000, f"{pointer}/hint", plain=True)
    check_element(report, block.get("element"), IN_INPUT, f"{pointer}/element", set())


def _markdown(report: Report, block: dict[str, Any], pointer: str) -> None:
    report.length(block.get("text"), MARKDOWN, f"{pointer}/text", least=1)
    if isinstance(block.get("text"), str):
        report.markdown += len(block["text"])
        report.characters += len(block["text"])


def _image(report: Report, block: dict[str, Any], pointer: str) -> None:
    check_image(report, block, pointer)
    if block.get("title") is not None:
        report.text(block["title"], 2000, f"{pointer}/title", plain=True)


def _alert(report: Report, block: dict[str, Any], pointer: str) -> None:
    report.text(block.get("text"), 200, f"{pointer}/text")
    if block.get("level") not in (None, "default", "info", "warning", "error", "success"):
        report.add("must be default, info, warning, error or success", f"{pointer}/level")


def _rich_text(report: Report, block: dict[str, Any], pointer: str) -> None:
    kinds = ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted")
    for index, each in enumerate(report.count(block.get("elements"), 1000, f"{pointer}/elements")):
        if not isinstance(each, dict) or each.get("type") not in kinds:
            report.add("unsupported rich text element", f"{pointer}/elements/{index}/type")


def _checks() -> dict[str, Callable[[Report, dict[str, Any], str], None]]:
    from . import data_blocks

    return {
        "section": _section,
        "header": _header,
        "context": _context,
        "actions": _actions,
        "context_actions": _context_actions,
        "input": _input,
        "markdown": _markdown,
        "image": _image,
        "alert": _alert,
        "rich_text": _rich_text,
        **data_blocks.checks(),
    }
