"""Which sources have the figures of a picture (图中数据的来源): by what the figures name, else by what records say.

A record's quote has its columns as `name: value` lines. The record of a year's statement that has just this revenue
is where the bar comes from; the record of a shareholder with just this percent is where the line comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from bot.reports.scales import figure


def named(items: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of evidence that figures name themselves."""
    return [str(ref) for item in items for ref in item.get("evidence") or ()]


def of_statements(
    evidence: Iterable[Mapping[str, Any]], column: str, points: Iterable[Mapping[str, Any]]
) -> list[str]:
    """The records of statements that have the value of a point in this column and end in its period."""
    wanted = {(str(point["period"])[:4], figure(point.get("value"))) for point in points}
    found = []
    for item in evidence:
        columns = _columns(item)
        value = figure(columns.get(column))
        if value is not None and (columns.get("period_end", "")[:4], value) in wanted:
            found.append(str(item["id"]))
    return found


def of_holdings(evidence: Iterable[Mapping[str, Any]], graph: Mapping[str, Any]) -> list[str]:
    """The records of parties that have the name and the percent of a link of the ownership graph."""
    names = {str(node["id"]): str(node.get("name") or "") for node in graph.get("nodes") or ()}
    wanted: set[tuple[str, Decimal | None]] = {
        (names.get(str(edge["from"]), ""), figure(edge.get("percent"))) for edge in graph.get("edges") or ()
    }
    found = []
    for item in evidence:
        columns = _columns(item)
        if "name" in columns and (columns["name"], figure(columns.get("share_percent"))) in wanted:
            found.append(str(item["id"]))
    return found


def _columns(item: Mapping[str, Any]) -> dict[str, str]:
    if item.get("kind") != "record":
        return {}
    lines = (line.partition(": ") for line in str(item.get("quote") or "").splitlines())
    return {name: value for name, colon, value in lines if colon}
