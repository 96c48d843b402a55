"""Short names (简称): whom of all listed firms a stock short name means; and the weights by their recipe.

A query is a stock short name, or a variant made by rule (form or city dropped, a wrong character, traditional), among
all full names. Every query is asked twice, the second time with its firm taken out of the list, when nobody is right;
the weights are those of a conditional logit over the candidates and nobody (ridge, L2 = 1), found without the fifth of
the firms that is measured. Renamed firms, whose short name shares no character with the full one, are left out.
`--weights` prints them in the shape of `knowledge/names/weights.toml`.
"""

from __future__ import annotations

import random
import re
import sys
import time

import numpy as np
from bench_names import lines
from libraries import DATA
from opencc import OpenCC

from knowledge.names.among import _MARKS, SURE, Crowd, Named, rank_features
from knowledge.names.comparison import NameKind, compare
from knowledge.names.keys import GENERIC, REGIONS
from knowledge.names.shortening import short_of

_GENERIC = re.compile("|".join(sorted(GENERIC, key=len, reverse=True)))


def queries() -> list[tuple[str, str, str]]:
    """What is asked, who is meant, and of what group it is."""
    stock = [
        (line["alias"], line["full"])
        for line in lines(DATA / "names" / "zh_alias_pairs_dev.jsonl")
        if line["kind"] == "stock_short_name"
    ]
    asked = [(alias, full, "stock") for alias, full in stock if _shares(alias, full)]
    chance = random.Random(20261128)
    full_names = sorted({full for _, full in stock})
    letters = sorted({character for name in full_names for character in name})
    traditional = OpenCC("s2t")
    region = re.compile("(?:" + "|".join(sorted(REGIONS, key=len, reverse=True)) + ")[省市]?")
    for name in chance.sample(full_names, 250):
        at = chance.randrange(max(1, len(name) - 6))
        asked.append((re.sub("(股份)?有限(责任)?公司$", "", name), name, "made"))
        asked.append((traditional.convert(name), name, "made"))
        asked.append((name[:at] + chance.choice(letters) + name[at + 1 :], name, "made"))
        if match := region.match(name):
            asked.append((name[match.end() :], name, "made"))
    return asked


def _shares(alias: str, full: str) -> bool:
    stem = short_of(_MARKS.sub("", alias))[0]
    return bool(set(_GENERIC.sub("", stem) or stem) & set(full))


def softmax(score: np.ndarray, start: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How likely each candidate is, and nobody, in each query."""
    top = np.maximum(np.maximum.reduceat(score, start), 0)
    value = np.exp(score - np.repeat(top, count))
    nobody = np.exp(-top)
    whole = np.add.reduceat(value, start) + nobody
    return value / np.repeat(whole, count), nobody / whole


def fit(known: np.ndarray, truth: np.ndarray, count: np.ndarray) -> np.ndarray:
    start = np.r_[0, np.cumsum(count)[:-1]]
    empty = 1 - np.add.reduceat(truth, start)

    def likely(weights: np.ndarray) -> float:
        chance, nobody = softmax(known @ weights, start, count)
        said = truth @ np.log(chance + 1e-12) + empty @ np.log(nobody + 1e-12)
        return float(said - weights @ weights / 2)

    found = np.zeros(known.shape[1])
    best = likely(found)
    for _ in range(30):
        chance, _ = softmax(known @ found, start, count)
        mean = np.add.reduceat(known * chance[:, None], start)
        slope = known.T @ (truth - chance) - found
        bend = (known * chance[:, None]).T @ known - mean.T @ mean + np.eye(len(found))
        step = np.linalg.solve(bend, slope)
        while (now := likely(found + step)) < best and np.abs(step).max() > 1e-4:
            step /= 2
        found, gained, best = found + step, now - best, now
        if abs(gained) < 1e-3:
            break
    return found


def main() -> None:
    asked = queries()
    crowd = Crowd(Named(full, full) for full in sorted({full for _, full, _ in asked}))
    begun = time.perf_counter()
    rows, truth, owner, names, keys = [], [], [], [], []
    for number, (alias, full, _) in enumerate(asked):
        alias = _MARKS.sub("", alias)
        for named, known, share in crowd.near(alias):
            odds = compare(alias, known, NameKind.ORGANISATION).odds
            features = rank_features(crowd, alias, known, share, odds)
            names = names or list(features)
            rows.append([features[name] for name in names])
            truth.append(float(named.key == full))
            keys.append(named.key)
            owner.append(number)
    rate = len(asked) / (time.perf_counter() - begun)
    known, right, owner = np.c_[np.ones(len(rows)), np.array(rows)], np.array(truth), np.array(owner)
    part = np.random.default_rng(0).permutation(len(asked)) % 5
    group = np.array([each[2] for each in asked])

    def problem(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The queries as asked, and again without the firm that is meant."""
        here = np.isin(owner, numbers)
        without = here & (right == 0)
        rows = np.r_[known[here], known[without]]
        counts = [np.unique(owner[each], return_counts=True)[1] for each in (here, without)]
        return rows, np.r_[right[here], right[without]], np.concatenate(counts)

    score = np.zeros(len(rows))
    for fold in range(5):
        weights = fit(*problem(np.flatnonzero(part != fold)))
        out = part[owner] == fold
        score[out] = known[out] @ weights
    print(f"short names: {len(asked)} queries among {len(crowd)} names, {rate:,.0f} queries/s")
    # Two firms of the list may have had the same short name, one after the other: either is right.
    also: dict[str, set[str]] = {}
    for alias, full, _ in asked:
        also.setdefault(_MARKS.sub("", alias), set()).add(full)
    places, chosen, chosen_wrong, without_wrong, either = [], [], [], [], []
    for number in range(len(asked)):
        here = np.flatnonzero(owner == number)
        order = here[np.argsort(-score[here], kind="stable")]
        place = next((at for at, row in enumerate(order) if right[row]), 99)
        places.append(place)
        either.append(bool(len(order)) and keys[order[0]] in also[_MARKS.sub("", asked[number][0])])
        for kept, wrong in ((order, chosen_wrong), (order[right[order] == 0], without_wrong)):
            value = np.exp(np.clip(score[kept], -30, 30))
            sure = bool(len(kept)) and value[0] / (1 + value[:5].sum()) >= SURE and score[kept[0]] >= 0
            wrong.append(sure and not right[kept[0]])
            if wrong is chosen_wrong:
                chosen.append(sure and bool(right[kept[0]]))
    places_, chosen_ = np.array(places), np.array(chosen)
    for each in ("stock", "made"):
        here = group == each
        print(
            f"  {each:6s} {here.sum():5d}  first {(places_[here] == 0).mean():.4f}"
            f" (or a namesake {np.array(either)[here].mean():.4f})  in three {(places_[here] < 3).mean():.4f}"
            f"  in five {(places_[here] < 5).mean():.4f}"
            f"  chosen {chosen_[here].mean():.4f}"
            f"  wrong {np.array(chosen_wrong)[here].mean():.4f}"
            f"  wrong when not listed {np.array(without_wrong)[here].mean():.4f}"
        )
    if "--misses" in sys.argv:
        for number in np.flatnonzero((places_ > 0) & (group == "stock")):
            here = np.flatnonzero(owner == number)
            print("   ", *asked[number][:2], places_[number], round(float(max(score[here], default=0)), 1))
    if "--weights" in sys.argv:
        print("[short]")
        for name, value in zip(["bias", *names], fit(*problem(np.arange(len(asked)))), strict=True):
            print(f"{name} = {value:.2f}")


if __name__ == "__main__":
    main()
