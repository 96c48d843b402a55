"""Limits of the blocks that carry data: table, data_table, data_visualization, plan, task_card, card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .elements import IN_ACTIONS, URL, Report, check_element, check_image

TABLE_ROWS, TABLE_COLUMNS, TABLE_CHARACTERS = 100, 20, 10_000
DATA_ROWS, PLAN_TASKS, CARDS = 101, 50, 10


def checks() -> dict[str, Callable[[Report, dict[str, Any], str], None]]:
    """The check of each block type of this module."""
    return {
        "table": _table,
        "data_table": _data_table,
        "data_visualization": _chart,
        "plan": _plan,
        "task_card": _lone_task,
        "card": _card,
        "carousel": _carousel,
        "container": _container,
    }


def cell_text(cell: Any) -> str:
    """All text inside a cell, however deep it is nested."""
    if isinstance(cell, dict):
        own = cell.get("text")
        if isinstance(own, (str, int, float)):
            return str(own)
        value = cell.get("value")
        inner = [cell_text(each) for key, each in cell.items() if key in ("elements", "text")]
        return "".join(inner) + (str(value) if isinstance(value, (str, int, float)) else "")
    if isinstance(cell, list):
        return "".join(cell_text(each) for each in cell)
    return ""


def _rows(report: Report, block: dict[str, Any], pointer: str, *, most: int, least: int) -> int:
    """Check the shape of the rows and return the characters in them."""
    rows = report.count(block.get("rows"), most, f"{pointer}/rows", least=least)
    width: int | None = None
    characters = 0
    for index, row in enumerate(rows):
        cells = report.count(row, TABLE_COLUMNS, f"{pointer}/rows/{index}")
        characters += sum(len(cell_text(cell)) for cell in cells)
        if width is not None and len(cells) != width:
            report.add("every row must have the same number of cells", f"{pointer}/rows/{index}")
        width = len(cells) if width is None else width
        for place, cell in enumerate(cells):
            kinds = ("raw_text", "raw_number", "rich_text")
            if not isinstance(cell, dict) or cell.get("type") not in kinds:
                report.add(f"must be one of {', '.join(kinds)}", f"{pointer}/rows/{index}/{place}/type")
    return characters


def _table(report: Report, block: dict[str, Any], pointer: str) -> None:
    characters = _rows(report, block, pointer, most=TABLE_ROWS, least=1)
    if characters > TABLE_CHARACTERS:
        report.add(f"must be no more than {TABLE_CHARACTERS} characters", f"{pointer}/rows")
    report.characters += characters
    if "column_settings" in block:
        report.count(block["column_settings"], TABLE_COLUMNS, f"{pointer}/column_settings", least=0)


def _data_table(report: Report, block: dict[str, Any], pointer: str) -> None:
    report.length(block.get("caption"), 2000, f"{pointer}/caption", least=1)
    report.data_cells += _rows(report, block, pointer, most=DATA_ROWS, least=2)
    size = block.get("page_size")
    if size is not None and not (isinstance(size, int) and 1 <= size <= 100):
        report.add("must be between 1 and 100", f"{pointer}/page_size")
    rows = block.get("rows")
    header = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], list) else []
    for place, cell in enumerate(header):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            report.add("rich_text is not allowed in the header row", f"{pointer}/rows/0/{place}")


def _chart(report: Report, block: dict[str, Any], pointer: str) -> None:
    report.charts += 1
    report.length(block.get("title"), 50, f"{pointer}/title", least=1)
    chart = block.get("chart")
    kind = chart.get("type") if isinstance(chart, dict) else None
    if kind not in ("line", "bar", "area", "pie"):
        report.add("must be line, bar, area or pie", f"{pointer}/chart/type")
        return
    parts = "segments" if kind == "pie" else "series"
    for index, each in enumerate(report.count(chart.get(parts), 12, f"{pointer}/chart/{parts}")):
        if kind != "pie":
            points = each.get("data") if isinstance(each, dict) else None
            report.count(points, 20, f"{pointer}/chart/{parts}/{index}/data")


def _plan(report: Report, block: dict[str, Any], pointer: str) -> None:
    _short(report, block.get("title"), 2000, f"{pointer}/title", required=True)
    for index, task in enumerate(
        report.count(block.get("tasks", []), PLAN_TASKS, f"{pointer}/tasks", least=0)
    ):
        _task(
            report, task, f"{pointer}/tasks/{index}", states=("pending", "in_progress", "complete", "error")
        )


def _lone_task(report: Report, block: dict[str, Any], pointer: str) -> None:
    # "pending" means waiting for a turn in a plan; a task that stands alone has none.
    _task(report, block, pointer, states=("in_progress", "complete", "error"))


def _task(report: Report, task: Any, pointer: str, *, states: tuple[str, ...]) -> None:
    if not isinstance(task, dict):
        report.add("must be a task", pointer)
        return
    report.length(task.get("task_id"), 255, f"{pointer}/task_id", least=1)
    _short(report, task.get("title"), 2000, f"{pointer}/title", required=True)
    if task.get("status", "in_progress") not in states:
        report.add(f"must be one of {', '.join(states)}", f"{pointer}/status")
    for key in ("details", "output"):
        part = task.get(key)
        if part is not None and (not isinstance(part, dict) or part.get("type") != "rich_text"):
            report.add("must be a rich_text block", f"{pointer}/{key}")
    sources = task.get("sources") or []
    for index, source in enumerate(report.count(sources, 100, f"{pointer}/sources", least=0)):
        place = f"{pointer}/sources/{index}"
        if not isinstance(source, dict) or source.get("type") != "url":
            report.add("must be of type url", f"{place}/type")
            continue
        report.length(source.get("url"), URL, f"{place}/url", least=1)
        report.length(source.get("text"), 2000, f"{place}/text", least=1)


def _short(report: Report, value: Any, limit: int, pointer: str, *, required: bool = False) -> None:
    """A title that is either a string or a text object."""
    if value is None and not required:
        return
    if isinstance(value, dict):
        report.text(value, limit, pointer)
    else:
        report.length(value, limit, pointer, least=1)


def _card(report: Report, block: dict[str, Any], pointer: str) -> None:
    if not any(block.get(key) for key in ("title", "body", "hero_image", "actions")):
        report.add("title, body, hero_image or actions is required", pointer)
    for key, limit in (("title", 150), ("subtitle", 150), ("body", 200)):
        _short(report, block.get(key), limit, f"{pointer}/{key}")
    for key in ("hero_image", "icon"):
        if isinstance(block.get(key), dict):
            check_image(report, block[key], f"{pointer}/{key}")
    seen: set[str] = set()
    if block.get("actions") is not None:
        for index, each in enumerate(report.count(block["actions"], 3, f"{pointer}/actions")):
            check_element(report, each, IN_ACTIONS, f"{pointer}/actions/{index}", seen)


def _carousel(report: Report, block: dict[str, Any], pointer: str) -> None:
    for index, card in enumerate(report.count(block.get("elements"), CARDS, f"{pointer}/elements")):
        if isinstance(card, dict) and card.get("type") == "card":
            _card(report, card, f"{pointer}/elements/{index}")
        else:
            report.add("must be a card", f"{pointer}/elements/{index}/type")


def _container(report: Report, block: dict[str, Any], pointer: str) -> None:
    report.count(block.get("children") or block.get("elements"), CARDS, f"{pointer}/children")
