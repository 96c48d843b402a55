"""Screening: who is found on the lists and who is not, how long one name takes, and a delta against a million.

    .venv/bin/python tests/benchmarks/bench_screening.py [--names N] [--people N]

Accuracy is measured on the lists of the UN and OFAC with queries that nobody here wrote; nothing in
`knowledge/watchlists/odds.toml` was fitted to them. A million customers are composed of syllables and words. Processor
time is told beside the clock, for the machine may be shared.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from libraries import DATA

from knowledge.names.keys import REGIONS, fold, words
from knowledge.watchlists.entry import Kind, ListEntry
from knowledge.watchlists.formats import read_list
from knowledge.watchlists.index import NameIndex, Near
from knowledge.watchlists.scoring import Match, Query, score
from store.dates import PartialDate

LISTS = DATA / "watchlists"
AT = 0.5


def listed() -> dict[str, ListEntry]:
    """The entries of OFAC (SDN) and of the UN."""
    ofac = [
        LISTS / name for name in ("ofac_sdn.csv", "ofac_alt.csv", "ofac_add.csv", "ofac_sdn_comments.csv")
    ]
    found = {}
    for name, files in (("ofac", ofac), ("un", [LISTS / "un_consolidated.xml"])):
        for entry in read_list(name, files, max_bytes=10**9).entries:
            found[f"{name}:{entry.id}"] = entry
    return found


def index_of(entries: dict[str, ListEntry]) -> NameIndex:
    return NameIndex.build((key, [name.text for name in entry.names]) for key, entry in entries.items())


def screened(query: Query, index: NameIndex, entries: dict[str, ListEntry]) -> list[tuple[str, Match]]:
    """The entries near a query with their scores, the likeliest first."""
    near: dict[str, list[str]] = defaultdict(list)
    for name in query.names:
        for each in index.near(name):
            near[each.key].append(each.name)
    found = [(key, score(query, entries[key], names)) for key, names in near.items()]
    return sorted(found, key=lambda each: (-each[1].odds, each[0]))


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / "names" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def born_of(text: str) -> tuple[PartialDate, ...]:
    """The date as given; of a day that does not exist the month, for the alterations reach the dates too."""
    for part in (text, text[:7], text[:4]):
        try:
            return (PartialDate.parse(part),)
        except ValueError:
            continue
    return ()


def query_of(row: dict[str, str], *, known: Sequence[str] = ("birth", "nation")) -> Query:
    born, nation = row["date_of_birth"], row["nationality"]
    return Query(
        names=(row["full_name"],),
        kind=Kind.PERSON,
        birth_dates=born_of(born) if "birth" in known else (),
        nationalities=(nation,) if nation and "nation" in known else (),
        gender=row["gender"] or None if "gender" in known else None,
    )


def accuracy(entries: dict[str, ListEntry], index: NameIndex, people: int) -> None:
    by_name: dict[str, set[str]] = defaultdict(set)
    for key, entry in entries.items():
        if key.startswith("un:"):
            for name in entry.names:
                by_name[_plain(name.text)].add(key)
    exact = rows("un_queries_exact.csv")
    for known in ((), ("birth", "nation")):
        for file in ("un_queries_exact.csv", "un_queries_altered.csv"):
            first = found = asked = candidate = some = 0
            for row, own in zip(rows(file), exact, strict=True):
                right = by_name.get(_plain(own["full_name"]))
                if not right:
                    continue
                asked += 1
                told = screened(query_of(row, known=known), index, entries)
                candidate += any(key in right for key, _ in told)
                found += any(key in right and match.score >= AT for key, match in told)
                some += any(match.score >= AT for _, match in told)
                first += next((key in right for key, _ in told if key.startswith("un:")), False)
            print(
                f"{file} with {' and '.join(known) or 'the name alone'}: {asked} asked, right entry a candidate "
                f"{candidate / asked:.4f}, at or above {AT} {found / asked:.4f}, first of its list "
                f"{first / asked:.4f}, some entry {some / asked:.4f}"
            )
    strangers = random.Random(5).sample(rows("people_not_listed.csv"), people)
    un = {key: entry for key, entry in entries.items() if key.startswith("un:")}
    for name, some_index, some_entries in (("un", index_of(un), un), ("un and ofac", index, entries)):
        for known in ((), ("birth",), ("birth", "nation"), ("birth", "nation", "gender")):
            best = []
            for row in strangers:
                told = screened(query_of(row, known=known), some_index, some_entries)
                best.append(told[0][1].score if told else 0.0)
            hits = " ".join(
                f"{sum(each >= at for each in best) / people:.4f} at {at}" for at in (0.5, 0.7, 0.85)
            )
            print(f"people not listed against {name}, {' and '.join(known) or 'name alone'}: hit {hits}")


def speed(names: Sequence[str], index: NameIndex, weigh: Callable[[str, list[Near]], object] | None) -> str:
    taken, worked = [], []
    for name in names:
        begun, busy = time.perf_counter(), time.process_time()
        near = index.near(name)
        if weigh is not None:
            weigh(name, near)
        taken.append((time.perf_counter() - begun) * 1e3)
        worked.append((time.process_time() - busy) * 1e3)
    return (
        f"clock p50 {_at(taken, 0.5):.2f} p95 {_at(taken, 0.95):.2f} ms, "
        f"processor p50 {_at(worked, 0.5):.2f} p95 {_at(worked, 0.95):.2f} ms"
    )


def _at(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _plain(name: str) -> str:
    return " ".join(fold(name).replace(",", " ").split())


_SYLLABLES = words(
    """
    ba be bo da de di do fa ga go ha he ka ki ko la le li lo ma me mi mo na ne ni no ra re ri ro sa se si so ta te ti to
    va ve vi za zo
    """
)
_TRADES = words(
    "Trading Shipping Energy Foods Textile Steel Chemical Electronics Logistics Capital Machinery Pharma"
)
_FORMS = words("Ltd. LLC GmbH S.A. Inc. Co., B.V. OOO Limited PLC")
_HAN = (
    "恒岳瀚屿盛宏泰华金鑫润达信远博创新佳美瑞丰隆昌永兴嘉禾德诚正明天海江河山川东方南北中立"
    "科通联众合力星辰光宇龙凤祥云飞腾卓越锦绣万里鼎峰凯旋博雅智慧聚贤"
)
_CHINESE_TRADES = words("科技 贸易 电子 实业 机械 化工 物流 食品 建材 医药 能源 信息技术")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def composed(count: int, chance: random.Random) -> Iterator[tuple[str, list[str]]]:
    """Customers made up of syllables and words: Latin firms and people, Chinese firms and people."""

    def word() -> str:
        return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))).capitalize()

    def han(length: int) -> str:
        return "".join(chance.choices(_HAN, k=length))

    for number in range(count):
        turn = number % 4
        if turn == 0:
            name = f"{word()} {chance.choice(_TRADES)} {chance.choice(_FORMS)}"
        elif turn == 1:
            name = f"{word()} {word()} {word()}" if chance.random() < 0.4 else f"{word()} {word()}"
        elif turn == 2:
            name = (
                f"{chance.choice(REGIONS)}{han(chance.randint(2, 3))}{chance.choice(_CHINESE_TRADES)}有限公司"
            )
        else:
            name = chance.choice(_SURNAMES) + han(chance.randint(1, 2))
        yield f"c-{number}", [name]


def _altered(name: str, chance: random.Random) -> str:
    """One letter wrong."""
    at = chance.randrange(len(name))
    return name[:at] + chance.choice(_HAN if name[0] > "\u3400" else "aeiknrst") + name[at + 1 :]


def start(entries: dict[str, ListEntry]) -> NameIndex:
    begun = time.perf_counter()
    index = index_of(entries)
    built = time.perf_counter() - begun
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        begun = time.perf_counter()
        index = NameIndex.load(Path(folder)) or index
        loaded = time.perf_counter() - begun
    print(
        f"{len(entries)} entries, {len(index)} names: built in {built:.2f} s, read from a file of {size:.1f} MB in "
        f"{loaded * 1e3:.0f} ms; memory of the process so far {_memory():.0f} MB"
    )
    return index


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def many(entries: dict[str, ListEntry], count: int) -> None:
    """One name among very many, and a delta of 100 entries against them."""
    from knowledge.names.comparison import NameKind, compare

    chance = random.Random(11)
    begun = time.perf_counter()
    names: list[str] = []

    def everybody() -> Iterator[tuple[str, list[str]]]:
        for key, own in composed(count, chance):
            if int(key[2:]) % max(1, count // 400) == 0:
                names.append(own[0])
            yield key, own

    index = NameIndex.build(everybody())
    print(f"{count:,} names: built in {time.perf_counter() - begun:.1f} s, {_memory():.0f} MB")

    def weigh(name: str, near: list[Near]) -> None:
        for each in near:
            compare(name, each.name, NameKind.UNKNOWN)

    asked = [_altered(name, chance) for name in names[:300]]
    found = sum(
        any(near.name == name for near in index.near(typed))
        for typed, name in zip(asked, names, strict=False)
    )
    print(f"  one letter wrong: own name among the candidates {found / len(asked):.4f}")
    print(f"  candidates alone: {speed(asked, index, None)}")
    print(f"  with scoring: {speed([_altered(name, chance) for name in names[:300]], index, weigh)}")
    delta = chance.sample(sorted(entries), 100)
    begun, busy = time.perf_counter(), time.process_time()
    compared = 0
    for key in delta:
        for name in entries[key].names:
            for near in index.near(name.text):
                score(Query((near.name,)), entries[key], (name.text,))
                compared += 1
    print(
        f"  delta of 100 entries: {compared:,} comparisons, {time.perf_counter() - begun:.1f} s "
        f"({time.process_time() - busy:.1f} s of processor)"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--names", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=2000)
    given = parser.parse_args()
    begun = time.perf_counter()
    entries = listed()
    print(f"lists read in {time.perf_counter() - begun:.1f} s")
    index = start(entries)
    own = [entry.name for entry in random.Random(3).sample(list(entries.values()), 300)]

    def weigh(name: str, near: list[Near]) -> None:
        names: dict[str, list[str]] = defaultdict(list)
        for each in near:
            names[each.key].append(each.name)
        for key, some in names.items():
            score(Query((name,)), entries[key], some)

    print(f"one name among the lists: {speed(own, index, weigh)}")
    accuracy(entries, index, given.people)
    if given.names:
        many(entries, given.names)


if __name__ == "__main__":
    main()
