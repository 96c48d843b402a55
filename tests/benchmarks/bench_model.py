"""What our own code adds to an answer of a model that answers at once.

Run: python tests/benchmarks/bench_model.py

The model is the scripted server of the tests. Beside each answer the same number of bare calls of LangChain's client
is timed in the same run, so that the difference is what the agent, the tools, the guard, the journal and keeping cost.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ROUNDS = 60


def main() -> None:
    from bot.assembly import build
    from bot.assistant.answer import Question
    from bot.commands.viewing import viewer_of
    from bot.demo.loading import load_portfolio
    from bot.settings import Settings
    from tests.modelserver.received import last_tool_results, rounds
    from tests.modelserver.replies import Call, ToolUse
    from tests.modelserver.server import ModelServer

    def policy(received):  # type: ignore[no-untyped-def]
        match rounds(received):
            case 0:
                return Call(ToolUse("find_customer", {"name": "允棠精密"}))
            case 1:
                part = {"customer": "C-1001", "part": "profile"}
                return Call(
                    ToolUse("read_file", part),
                    ToolUse("search_documents", {"text": "减速器 订单", "customer": "C-1001"}),
                )
            case _:
                assert last_tool_results(received)
                said = [
                    {"text": "注册资本为6,000万元。", "evidence": ["e1"]},
                    {"text": "成立于2011年6月14日。", "evidence": ["e1"]},
                ]
                return Call(ToolUse("Reply", {"statements": said}))

    with tempfile.TemporaryDirectory() as folder, ModelServer(policy) as server:
        home = Path(folder)
        house = build(
            Settings(home=home, now=NOW, model="openai:scripted", model_url=server.url, model_key="none")
        )
        load_portfolio(house, home / "portfolio", today=date(2026, 11, 21))
        house.assistant.warm()
        viewer = viewer_of(house, "sales", "private")
        whole, bare, calls = [], [], 0
        for number in range(ROUNDS + 5):
            question = Question(f"bench-{number}", "允棠精密的注册资本是多少?", viewer, "", NOW)
            began = time.perf_counter()
            answer = house.assistant.keep(house.assistant.answer(question))
            whole.append(time.perf_counter() - began)
            assert answer.usage is not None and "fallback" not in answer.versions, answer.versions
            calls = answer.usage["calls"]
            chat = house.models[0].chat("openai:scripted")
            began = time.perf_counter()
            for _ in range(calls):
                chat.invoke([("system", "x"), ("human", "y" * 4000)])
            bare.append(time.perf_counter() - began)
        whole, bare = whole[5:], bare[5:]
        own = [a - b for a, b in zip(whole, bare, strict=True)]
        for name, times in (
            ("whole answer", whole),
            (f"{calls} bare calls of the client", bare),
            ("own code", own),
        ):
            ordered = sorted(times)
            p50, p95 = statistics.median(times) * 1000, ordered[int(len(ordered) * 0.95)] * 1000
            print(f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
        house.databases.close()


if __name__ == "__main__":
    main()
