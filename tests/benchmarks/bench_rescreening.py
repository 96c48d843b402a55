"""Re-screening: a delta of 100 entries, then a new list of 20,000, against a made-up portfolio.

The aim is a million customers and a delta of 100 in 60 s on two cores. Seconds are by the clock and of the processor.

Run: python tests/benchmarks/bench_rescreening.py [customers] [entries]
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice, product
from pathlib import Path
from typing import Any
from uuid import UUID

from bot.screening.hits import HitDesk
from bot.screening.rescreening import Rescreening
from bot.screening.service import ScreeningDesk
from knowledge.watchlists.service import Lists
from store.access import Audience, FieldClass, Role, Viewer
from store.engine import Databases, open_databases, unit_of_work
from store.evidence import Tier
from store.history import History, NewVersion
from store.ledger import Ledger
from store.migrate import upgrade
from store.policy import load_policy

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
#: One in so many entries is somebody of the portfolio.
LISTED = 20
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文建国志海龙鑫宇浩然晨梓涵欣怡博"
_PLACES = (
    "上海",
    "北京",
    "深圳",
    "广州",
    "杭州",
    "苏州",
    "南京",
    "成都",
    "武汉",
    "西安",
    "青岛",
    "宁波",
    "厦门",
    "长沙",
    "郑州",
    "合肥",
)
_TRADES = (
    "贸易",
    "电子",
    "机械",
    "化工",
    "食品",
    "物流",
    "建材",
    "医药",
    "能源",
    "科技",
    "纺织",
    "汽车配件",
    "新材料",
    "环保",
)
_BRANDS = "云岭霁川允合白鹭启明远航瑞丰恒泰金石蓝海天成嘉禾中原东方华信鼎盛宏图立信安达通利广源润泽"
_LATIN = tuple(map("".join, product("bdfgklmnprstvz", "aeiou")))


class Jobs:
    """Slices as they are queued."""

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def enqueue(self, _name: str, identity: str, **_: Any) -> None:
        self.waiting.append(identity)


def main() -> None:
    """Print seconds for each kind of change, and hits found."""
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    entries = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    chance = random.Random(7)
    with tempfile.TemporaryDirectory(prefix="bonafide-bench-") as folder:
        databases = open_databases(f"sqlite:///{Path(folder) / 'bench.sqlite'}")
        upgrade(databases)
        began = time.perf_counter()
        names = fill(databases, customers, chance)
        print(f"{customers:,} customers with {3 * customers:,} parties written in {spent(began):.0f} s")
        policy = load_policy()
        lists = Lists(databases, policy=policy, clock=lambda: NOW)
        desk = ScreeningDesk(
            databases, lists, policy=policy, clock=lambda: NOW, folder=Path(folder) / "index"
        )
        again = Rescreening(databases, lists, desk, policy=policy, clock=lambda: NOW)
        viewer = Viewer("bench@firm.cn", Role.COMPLIANCE, Audience.alone(), policy.rights)
        load(lists, Path(folder), "delta", listed(3_000, names, chance, first=0))
        jobs = Jobs()
        step("a list of 3,000, with making the index", again, jobs)
        load(lists, Path(folder), "delta", listed(3_100, names, random.Random(8), first=0, chance_of=chance))
        step("a delta of 100 entries", again, jobs)
        load(lists, Path(folder), "large", listed(entries, names, chance, first=10**6))
        step(f"a new list of {entries:,} entries", again, jobs)
        with unit_of_work(databases.write) as connection:
            record(
                connection,
                [version("customers", "c0", {"legal_name": "改名贸易有限公司", "customer_key": "c0"})],
            )
        step("one customer that changed, against all lists", again, jobs)
        found = HitDesk(databases, policy=policy, clock=lambda: NOW).listed(viewer, limit=1_000_000)
        print(f"{len(found):,} hits")
        databases.close()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def step(what: str, again: Rescreening, jobs: Jobs) -> None:
    """Queue what changed and do it."""
    began, busy = time.perf_counter(), time.process_time()
    again.look(jobs)
    slices = len(jobs.waiting)
    for job in jobs.waiting:
        again.run(job)
    jobs.waiting.clear()
    print(
        f"{what}: {spent(began):.1f} s ({time.process_time() - busy:.1f} of the processor) in {slices} slices"
    )


def spent(began: float) -> float:
    return time.perf_counter() - began


def fill(databases: Databases, customers: int, chance: random.Random) -> list[str]:
    """Firms with a representative and two shareholders each; some of the names."""
    names: list[str] = []
    rows = iter(range(customers))
    while part := list(islice(rows, 2_000)):
        with unit_of_work(databases.write) as connection:
            firms = [firm(chance) for _ in part]
            keys = record(
                connection,
                (
                    version("customers", f"c{number}", {"legal_name": name, "customer_key": f"c{number}"})
                    for number, name in zip(part, firms, strict=True)
                ),
            )
            people = [[person(chance), person(chance), firm(chance)] for _ in part]
            record(connection, parties(keys, people))
            names += firms[:50] + [three[0] for three in people[:50]]
    return names


def parties(keys: list[UUID], people: list[list[str]]) -> Iterator[NewVersion]:
    roles = ("legal_representative", "shareholder", "shareholder")
    for key, three in zip(keys, people, strict=True):
        for at, (name, role) in enumerate(zip(three, roles, strict=True)):
            kind = "organisation" if at == 2 else "person"
            body = {"name": name, "role": role, "kind": kind, "share_percent": "50"}
            if role != "shareholder":
                del body["share_percent"]
            yield version("parties", f"{key}:{at}", body, key)


def record(connection: Any, rows: Iterable[NewVersion]) -> list[UUID]:
    entry = Ledger(connection, lambda: NOW).append(actor="bench", action="import", detail={})
    return [one.subject_id for one in History(connection, entry).record_all(rows)]


def version(aggregate: str, key: str, body: dict[str, Any], customer: UUID | None = None) -> NewVersion:
    return NewVersion(
        aggregate=aggregate,
        natural_key=key,
        body=body,
        customer_id=customer,
        source="register",
        tier=Tier.REGISTER,
        field_class=FieldClass.PUBLIC,
        cause="made up",
    )


def firm(chance: random.Random) -> str:
    brand = "".join(chance.choices(_BRANDS, k=chance.choice((2, 2, 3))))
    return f"{chance.choice(_PLACES)}{brand}{chance.choice(_TRADES)}有限公司"


def person(chance: random.Random) -> str:
    if chance.random() < 0.3:
        words = ("".join(chance.choices(_LATIN, k=chance.choice((2, 3)))).title() for _ in range(2))
        return " ".join(words)
    return chance.choice(_FAMILY) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2, 2))))


def listed(
    count: int,
    names: list[str],
    chance: random.Random,
    *,
    first: int,
    chance_of: random.Random | None = None,
) -> list[tuple[str, str]]:
    """Entries, one in LISTED of them somebody of the portfolio; the same seed gives the same beginning."""
    rows = []
    for number in range(count):
        mine = chance_of if chance_of is not None and number >= 3_000 else random.Random(f"{first}:{number}")
        name = mine.choice(names) if mine.random() < 1 / LISTED else mine.choice((firm, person))(mine)
        rows.append((str(first + number), name))
    return rows


def load(lists: Lists, folder: Path, name: str, rows: list[tuple[str, str]]) -> None:
    path = folder / f"{name}.csv"
    path.write_text("id,name\n" + "\n".join(f"{number},{text}" for number, text in rows) + "\n", "utf-8")
    began = time.perf_counter()
    version = lists.load("house", [path], name, actor="bench").version
    print(
        f"list {name} version {version.version} with {version.entries:,} entries loaded in {spent(began):.1f} s"
    )


if __name__ == "__main__":
    main()
