"""The tools as LangChain knows them (工具箱): names, typed arguments, descriptions in the language of the question.

No tool takes a person, a role or a right as an argument: the run's own context carries them, and the model neither
sees nor sets it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field, create_model

from bot.assistant.agent import arithmetic, asking, material
from bot.assistant.agent.asking import ATTRIBUTES, NAMES, Filter, Measure, build_query
from bot.assistant.agent.bench import Bench, Unusable
from prompts.phrasebook import Phrasebook
from store.errors import Forbidden, StoreError

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

log = logging.getLogger(__name__)


class Input(BaseModel):
    """A figure and the evidence in which it stands."""

    evidence: str = Field(max_length=12)
    value: str = Field(max_length=40)


#: tool → (its arguments with type and default, what it does). `...` marks what must be given.
_Fields = dict[str, tuple[Any, Any]]
_DAY: tuple[Any, Any] = (date | None, None)
_SPAN: _Fields = {"since": _DAY, "until": _DAY}
_CODE: tuple[Any, Any] = (str, ...)
TOOLS: dict[str, tuple[_Fields, Callable[..., dict[str, Any]]]] = {
    "find_customer": ({"name": (str, ...)}, material.find_customer),
    "read_file": ({"customer": _CODE, "part": (str, ...), **_SPAN}, material.read_file),
    "search_documents": (
        {"text": (str, ...), "customer": (str | None, None), **_SPAN},
        material.search_documents,
    ),
    "open_evidence": ({"id": (str, ...)}, lambda bench, id: material.open_evidence(bench, id)),
    "ask_grammar": ({"question": (str, ...)}, asking.ask_grammar),
    "query_portfolio": (
        {
            "ask": (Literal["list", "count", "sum", "average"], "list"),
            "where": (list[Filter], []),
            "measures": (list[Measure], []),
            "order": (Literal["", "high", "low"], ""),
            "limit": (int | None, None),
            "group": (Literal["", "place", "industry", "stage", "owner"], ""),
            "as_of": _DAY,
        },
        lambda bench, **parts: asking.query_portfolio(bench, build_query(**parts)),
    ),
    "calculate": (
        {"operation": (str, ...), "inputs": (list[Input], ...), "unit": (str, "")},
        lambda bench, operation, inputs, unit: arithmetic.calculate(
            bench, operation, [(one.evidence, one.value) for one in inputs], unit
        ),
    ),
    "history": ({"customer": _CODE, **_SPAN}, material.history),
    "ledger": ({"customer": _CODE, **_SPAN}, material.ledger),
}


@cache
def build_tools(language: str) -> tuple[BaseTool, ...]:
    """Every tool, described in this language; built once."""
    book = Phrasebook(language)
    return tuple(_tool(name, book, fields, work) for name, (fields, work) in TOOLS.items())


def described(book: Phrasebook, key: str) -> str:
    """A description with the vocabularies that code knows."""
    values = {
        "parts": ", ".join(material.PARTS),
        "operations": ", ".join(arithmetic.OPERATIONS),
        "attributes": ", ".join(ATTRIBUTES),
        "measures": ", ".join(NAMES),
    }
    named = book.names(key)
    return book.say(key, **{name: values[name] for name in named})


def _tool(name: str, book: Phrasebook, fields: _Fields, work: Callable[..., dict[str, Any]]) -> BaseTool:
    from langchain.tools import ToolRuntime
    from langchain_core.tools import StructuredTool

    arguments: dict[str, Any] = {
        field: (kind, Field(default, description=described(book, f"tools.arg.{field}")))
        for field, (kind, default) in fields.items()
    }
    schema = create_model(f"{name}_arguments", **arguments)

    # The annotation is looked at by the agent, which then hands over its runtime.
    def run(runtime: ToolRuntime, **given: Any) -> str:
        return use(runtime.context.bench, work, given)

    run.__annotations__["runtime"] = ToolRuntime
    return StructuredTool.from_function(
        run, name=name, description=described(book, f"tools.about.{name}"), args_schema=schema
    )


def _shown(bench: Bench, given: dict[str, Any]) -> dict[str, Any]:
    """Arguments with masked details put back, for our own reading."""
    return {name: bench.mask.show_tree(value) for name, value in given.items()}


def use(bench: Bench, work: Callable[..., dict[str, Any]], given: dict[str, Any]) -> str:
    """Use a tool: its material in a fence, or a sentence that says how to ask instead.

    What ends the run (Withheld, Stopped, a limit) goes through; a part of ours that failed is logged and told
    without a word of the failure.
    """
    bench.budget.use_tool()
    try:
        return bench.say(work(bench, **_shown(bench, given)))
    except Unusable as wrong:
        return bench.book.say(f"tools.unusable.{wrong.key}", **wrong.values)
    except Forbidden:
        return bench.book["tools.unusable.refused"]
    except (StoreError, ValueError, ArithmeticError) as wrong:
        log.warning("a tool failed: %s", wrong)
        return bench.book["tools.unusable.broken"]
