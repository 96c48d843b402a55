"""Candidates in another script: how often the counterpart of a Chinese name is among the 30 nearest, and the reverse.

    .venv/bin/python tests/benchmarks/bench_crossing.py [--misses]

Asked are names with an official or a listed counterpart that nobody here wrote. The Latin counterparts stand among
the names of OFAC and of the UN, the Chinese ones among the full names of listed firms; a name of the same entity is
as right as the one of the pair. Nothing is fitted here, so nothing is left out.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Sequence

from bench_names import lines
from bench_screening import listed
from libraries import DATA

from knowledge.watchlists.index import NameIndex

GIVEN = 30


def pairs() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Chinese names by group, each with the Latin names of the same entity."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for line in lines(DATA / "names" / "zh_en_organisations_dev.jsonl"):
        found[_group("official", line["schema"])][line["zh"]].add(line["en"])
    official = {name for group in found.values() for name in group}
    for line in lines(DATA / "names" / "cross_script_pairs_dev.jsonl"):
        if line["script"] == "cjk" and line["original"] not in official:
            found[_group("listed", line["schema"])][line["original"]] |= {line["latin"], *line["other_latin"]}
    return {
        group: [(name, tuple(sorted(latin))) for name, latin in sorted(names.items())]
        for group, names in found.items()
    }


def _group(source: str, schema: str) -> str:
    return f"{source} {'people' if schema == 'Person' else 'firms'}"


def ask(index: NameIndex, asked: Sequence[tuple[str, set[str]]]) -> tuple[list[int], float]:
    """The place of the right name for each that is asked (999 for none), and the milliseconds at the middle."""
    places, taken = [], []
    for name, right in asked:
        begun = time.perf_counter()
        near = index.near(name, GIVEN)[:GIVEN]
        taken.append((time.perf_counter() - begun) * 1e3)
        places.append(next((at for at, each in enumerate(near) if each.key in right), 999))
    return places, sorted(taken)[len(taken) // 2]


def main() -> None:
    groups = pairs()
    latin = {name: name for entry in listed().values() for name in (each.text for each in entry.names)}
    latin |= {name: name for group in groups.values() for _, names in group for name in names}
    full = {line["full"] for line in lines(DATA / "names" / "zh_alias_pairs_dev.jsonl")}
    full |= {name for group in groups.values() for name, _ in group}
    to_latin = NameIndex.build((key, [key]) for key in latin)
    to_chinese = NameIndex.build((key, [key]) for key in sorted(full))
    print(f"{len(to_latin):,} names in letters, {len(to_chinese):,} in Chinese")
    for group, known in sorted(groups.items()):
        meant: dict[str, set[str]] = defaultdict(set)
        for name, names in known:
            for each in names:
                meant[each].add(name)
        for way, index, asked in (
            ("to letters", to_latin, [(name, set(names)) for name, names in known]),
            ("to Chinese", to_chinese, sorted(meant.items())),
        ):
            places, taken = ask(index, asked)
            shares = " ".join(
                f"{sum(place < at for place in places) / len(places):.3f} in {at}" for at in (1, 5, GIVEN)
            )
            print(f"{group:16s} {way}: {len(asked):4d} asked, {shares}, p50 {taken:.2f} ms")
            if "--misses" in sys.argv:
                for (name, right), place in zip(asked, places, strict=True):
                    if place >= GIVEN:
                        print("   ", name, "|", " / ".join(sorted(right)))


if __name__ == "__main__":
    main()
