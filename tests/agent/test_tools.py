"""What the tools of a model read, for whom, and what they say to a wrong use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.agent.conftest import reply, step_by_step, use
from tests.modelserver.received import all_text, tools_offered
from tests.modelserver.replies import Call, ToolUse
from tests.modelserver.server import ModelServer


@pytest.fixture
def tool(ask: Callable[..., Any], model: ModelServer) -> Callable[..., Any]:
    """tool(name, role=, place=, **arguments): what a tool gives to a person's model."""

    def call(name: str, /, *, role: str = "sales", place: str = "private", **arguments: Any) -> Any:
        got: list[Any] = []
        model.policy = step_by_step(
            use(name, **arguments), lambda received, found: got.append(found[0]) or reply()
        )
        ask("What does the file of Yuntang Precision say?", role=role, place=place)
        return got[0]

    return call


def test_the_tools_only_read_and_take_no_person_role_or_right(ask: Any, model: ModelServer) -> None:
    model.policy = step_by_step(use("find_customer", name="Yuntang"), reply())
    ask("What does the file of Yuntang Precision say?")
    offered = tools_offered(model.chats[0])
    assert set(offered) == {
        *("find_customer", "read_file", "search_documents", "open_evidence", "ask_grammar"),
        *("query_portfolio", "calculate", "history", "ledger", "Reply"),
    }
    for definition in offered.values():
        named = set(definition["parameters"]["properties"])
        assert not named & {
            "viewer",
            "role",
            "user",
            "as",
            "classes",
            "audience",
            "actor",
            "runtime",
            "context",
        }
        assert definition["description"]


@pytest.mark.parametrize(
    ("part", "held"),
    [
        ("profile", "uscc: 91320505MA7YT0K306"),
        ("people", "role: legal_representative"),
        ("statements", "revenue: "),
        ("payments", "paid_on: "),
        ("contracts", "contract_number: "),
    ],
)
def test_each_part_of_a_file_gives_rows_with_ids_sources_and_dates(tool: Any, part: str, held: str) -> None:
    got = tool("read_file", customer="C-1001", part=part)
    assert got["customer"]["name"] == "苏州允棠精密机械有限公司"
    assert any(held in row["text"] for row in got["rows"])
    assert all(row["id"].startswith("e") and row["source"] and row["date"] for row in got["rows"])


def test_a_period_cuts_a_part_to_what_lies_in_it(tool: Any) -> None:
    all_of_it = tool("read_file", customer="C-1001", part="payments")["rows"]
    some = tool("read_file", customer="C-1001", part="payments", since="2026-07-01", until="2026-09-30")[
        "rows"
    ]
    assert 0 < len(some) < len(all_of_it)
    assert all("paid_on: 2026-0" in row["text"] for row in some)


def test_the_grammar_gives_its_sentences_with_their_evidence(tool: Any) -> None:
    got = tool("ask_grammar", question="What was the revenue of Yuntang Precision in 2025?")
    cited = {ref for sentence in got["sentences"] for ref in sentence["evidence"]}
    assert cited and cited <= {item["id"] for item in got["evidence"]}


def test_a_ranking_over_all_customers_is_worked_out_by_code(tool: Any) -> None:
    got = tool(
        "query_portfolio",
        where=[{"name": "place", "op": "is", "words": ["江苏"]}],
        measures=[{"name": "overdue"}],
        order="high",
        limit=3,
    )
    assert got["sentences"] and all(sentence["evidence"] for sentence in got["sentences"])
    counted = tool(
        "query_portfolio", ask="count", where=[{"name": "records", "detail": "litigation", "op": "has"}]
    )
    assert any(item["kind"] == "calculation" for item in counted["evidence"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"measures": [{"name": "secret_score"}]}, "There is no measure secret_score"),
        ({"order": "high"}, "name the measure"),
        ({"where": [{"name": "place", "op": "gt", "value": "5"}]}, "tested by words"),
        ({"where": [{"name": "overdue", "op": "is", "words": ["x"]}]}, "tested by a value"),
        ({"where": [{"name": "overdue", "op": "gt", "value": "lots"}]}, "not a plain number"),
        ({"where": [{"name": "overdue", "op": "between", "value": "1"}]}, "between needs value, upper"),
        ({"where": [{"name": "last_note", "op": "before"}]}, "before needs day"),
    ],
)
def test_a_query_with_a_part_that_means_nothing_says_how_to_ask(tool: Any, arguments: Any, said: str) -> None:
    assert said in tool("query_portfolio", **arguments)["said"]


def test_a_figure_is_calculated_only_from_what_stands_in_evidence(ask: Any, model: ModelServer) -> None:
    told: list[Any] = []

    def worked(operation: str, *inputs: tuple[str, str]) -> Call:
        return use("calculate", operation=operation, inputs=[{"evidence": e, "value": v} for e, v in inputs])

    def amounts(received: Any, got: Any) -> Call:
        rows = got[0]["rows"][:2]
        told.append(rows)
        found = [next(x for x in row["text"].split("\n") if x.startswith("amount: "))[8:] for row in rows]
        inputs = [(row["id"], amount) for row, amount in zip(rows, found, strict=True)]
        uses = [
            ToolUse(
                "calculate", {"operation": kind, "inputs": [{"evidence": e, "value": v} for e, v in given]}
            )
            for kind, given in (
                ("sum", inputs),
                ("percent_of", inputs),
                ("sum", [(rows[0]["id"], "123456789")]),
                ("ratio", [inputs[0]]),
                ("square_root", inputs),
                ("sum", [("e99", "1")]),
                ("sum", [(rows[0]["id"], "1e9999")]),
            )
        ]
        return Call(*uses)

    model.policy = step_by_step(
        use("read_file", customer="C-1001", part="invoices"),
        amounts,
        lambda received, got: told.append(got) or reply(),
    )
    ask("What does the file of Yuntang Precision say?")
    rows, results = told
    total = sum(
        float(next(x for x in row["text"].split("\n") if x.startswith("amount: "))[8:]) for row in rows
    )
    assert results[0]["kind"] == "calculation" and f"{total:.0f}" in results[0]["text"].replace(".00", "")
    assert "%" in results[1]["text"]
    said = [result["said"] for result in results[2:]]
    assert "123456789 does not stand in" in said[0] and "takes 2 to 2" in said[1]
    assert "no operation square_root" in said[2] and "Nothing was shown under e99" in said[3]
    assert "plain number" in said[4]


def test_the_ledger_and_the_history_are_for_those_entitled_in_the_same_words(tool: Any) -> None:
    refused = "This may not be read for this person in this place. Do not look for it another way."
    for name in ("ledger", "history"):
        for code in ("C-1001", "C-9999"):
            assert tool(name, role="sales", customer=code)["said"] == refused
            assert tool(name, role="risk", customer=code)["said"] == refused


def test_a_channel_gets_what_may_be_said_there_and_nothing_else(tool: Any, model: ModelServer) -> None:
    got = tool("read_file", role="risk", place="#unregistered", customer="C-1001", part="payments")
    assert got["rows"] == []
    assert "paid_on" not in all_text(model.chats[-1])


def test_evidence_that_was_never_shown_cannot_be_opened(tool: Any) -> None:
    assert "Nothing was shown under" in tool("open_evidence", id="rec-01a2")["said"]


def test_a_table_that_an_answer_stands_on_goes_with_it(ask: Any, model: ModelServer) -> None:
    model.policy = step_by_step(
        use("query_portfolio", measures=[{"name": "overdue"}], order="high", limit=3),
        lambda received, got: reply(*((one["text"], one["evidence"]) for one in got[0]["sentences"][:3])),
    )
    answer = ask("Which customers owe us most?", role="compliance")
    assert answer.table is not None and "fallback" not in answer.versions
    assert answer.as_json()["table"]["export"]
