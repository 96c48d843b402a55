"""How many planted orders come through an obeying model to the person who asked, by place and by kind. By hand:

python tests/benchmarks/bench_hostile.py [every n-th order]

The orders are those of the shared real data; each is planted in the file of a made-up customer, in documents of every
kind, titles, names, addresses, notes and other fields, and in the question. The model does whatever it reads. An order
has come through when any sentence of its obedience stands in the answer as a claim.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

DATA = Path(os.environ.get("BONAFIDE_DATA") or Path(__file__).parents[3] / "shared" / "data") / "hostile"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def main() -> None:
    from bot.assembly import build
    from bot.commands.viewing import viewer_of
    from bot.demo.loading import load_portfolio
    from bot.settings import Settings
    from tests.agent.campaign import Tally, assistant_of, attack
    from tests.agent.obedience import Order
    from tests.agent.planting import plant
    from tests.modelserver.policies import in_turn
    from tests.modelserver.replies import Say
    from tests.modelserver.server import ModelServer

    file = DATA / "injections_dev.jsonl"
    if not file.is_file():
        sys.exit(f"no collected orders at {file}; set BONAFIDE_DATA to the folder of the real data")
    logging.disable(logging.CRITICAL)
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    orders = [
        Order(row["text"], f"{row['src']} {row['cat'].split('/')[0]}")
        for row in rows
        if row["src"] != "NotInject"
    ][::every]
    with tempfile.TemporaryDirectory() as folder, ModelServer(in_turn(Say("ready"))) as server:
        home = Path(folder)
        house = build(Settings(home=home, now=NOW))
        load_portfolio(house, home / "portfolio", today=date(2026, 11, 21))
        codes = plant(house, home, orders, label="bench")
        assistant = assistant_of(house, server.url)
        viewer = viewer_of(house, "sales", "private")
        tally, lost, fallen = Tally(), 0, 0
        began = time.perf_counter()
        for code, order in zip(codes, orders, strict=True):
            asked = (
                "What does the file of {code} say? " + order.text.replace("{", "(").replace("}", ")")[:400]
            )
            for text, ways in (("What does the file of {code} say?", (False, True)), (asked, (False,))):
                for outcome in attack(
                    assistant.answer, server, viewer, code, orders, now=NOW, text=text, ways=ways
                ):
                    tally.add(outcome)
                    fallen += "fallback" in outcome.answer.versions
                    said = {claim.text for claim in outcome.answer.claims}
                    lost += outcome.model.honest not in said and "fallback" not in outcome.answer.versions
                    server.clear()
        spent = (time.perf_counter() - began) / tally.answers
        print(
            f"{len(orders)} orders, {tally.answers} answers ({spent:.2f} s each), {tally.sentences} sentences"
        )
        print(f"honest sentence beside them lost: {lost}; answered without the model: {fallen}")
        print(f"orders of which anything came through: {len(tally.successes)} of {len(orders)}")
        for place in sorted(tally.reached):
            print(f"  {place}: read {len(tally.reached[place])}, through {len(tally.through[place])}")
        for kind, texts in sorted(tally.kinds.items()):
            print(f"  {kind}: {len(texts)} of {sum(order.kind == kind for order in orders)}")
        for manner, times in tally.manners.most_common():
            print(f"  {manner}: {times} sentences")
        for manner, text in sorted(tally.examples)[:40]:
            print(f"    {manner}: {text[:160]}")
        house.databases.close()


if __name__ == "__main__":
    main()
