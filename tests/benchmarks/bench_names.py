"""Names: how well two are told to be one, by script, on pairs that nobody here wrote; and the weights by their recipe.

Every figure is cross-validated in five parts: a pair is scored with weights that were found without it. With
`--weights` the weights over all pairs are printed in the shape of `knowledge/names/weights.toml`. The weights are a
ridge logistic regression (L2 = 1) over the declared features; even odds are those of this sample, in which there are
six to sixty look-alikes for a match.
Negatives are pairs of different entities of the same kind, drawn with a fixed seed, and for Chinese firms also the
nearest other names.
"""

from __future__ import annotations

import csv
import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from libraries import DATA
from opencc import OpenCC

from knowledge.names.among import Crowd, Named
from knowledge.names.chinese import chinese_features, chinese_parts
from knowledge.names.comparison import NameKind, _person_chinese, compare
from knowledge.names.crossing import crossing_features
from knowledge.names.crossing_people import person_crossing_features
from knowledge.names.firms import firm_names
from knowledge.names.keys import REGIONS
from knowledge.names.pairing import firm_features
from knowledge.names.people import person_features, person_words
from knowledge.names.scripts import tidy, undeceive

Pair = tuple[str, str, int, str]
RATES = (0.002, 0.005, 0.05)


def as_compared(name: str) -> str:
    """A name as `compare` gives it to the features."""
    return undeceive(tidy(name))[0]


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def same_names() -> Callable[[str], str]:
    """Which names the list gives to one entity: a pair of its names is no pair of two."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.get(name, name) != name:
            name = leader[name]
        return name

    for line in lines(DATA / "names" / "cross_script_pairs_dev.jsonl"):
        for name in (line["latin"], *line["other_latin"]):
            leader[find(name)] = find(line["original"])
    return find


def others(pairs: list[tuple[str, str]], per: int, group: str, chance: random.Random) -> Iterator[Pair]:
    """The pairs, and for each so many of the same group that are not one."""
    one = same_names()
    for left, right in pairs:
        yield left, right, 1, group
        for mine, theirs in chance.sample(pairs, min(per, len(pairs))):
            if mine != left and theirs != right and one(left) != one(theirs):
                yield left, theirs, 0, group


def bench(folder: Path, *, people: bool) -> Iterator[Pair]:
    with (folder / "name_bench.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (row["schema"] == "Person") == people:
                yield row["name1"], row["name2"], int(row["is_match"] == "true"), "bench"


def scripts(folder: Path, names: tuple[str, ...], *, people: bool) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in lines(folder / "cross_script_pairs_dev.jsonl"):
        if line["script"] in names and (line["schema"] == "Person") == people:
            found[line["script"]].append((line["original"], line["latin"]))
    return {script: sorted(set(pairs))[:1300] for script, pairs in found.items()}


def chinese(folder: Path, chance: random.Random) -> Iterator[Pair]:
    """Variants of full names made by rule, against other firms' names, drawn and nearest."""
    stock = [
        line for line in lines(folder / "zh_alias_pairs_dev.jsonl") if line["kind"] == "stock_short_name"
    ]
    full = sorted({line["full"] for line in stock})
    by_pair: dict[str, list[str]] = defaultdict(list)
    for name in full:
        body = chinese_parts(name).body
        for at in range(len(body) - 1):
            by_pair[body[at : at + 2]].append(name)
    traditional = OpenCC("s2t")
    letters = sorted({char for name in full for char in name})
    for name in chance.sample(full, 1200):
        changed = {
            "traditional": traditional.convert(name),
            "form dropped": re.sub("(股份)?有限(责任)?公司$", "", name),
            "（中国）": re.sub("(?=(股份)?有限)", "（中国）", name, count=1),
            "form changed": name.replace("有限公司", "有限责任公司"),
            "one wrong": (
                at := chance.randrange(max(1, len(name) - 6)),
                name[:at] + chance.choice(letters) + name[at + 1 :],
            )[1],
        }
        city = re.match("(?:" + "|".join(sorted(REGIONS, key=len, reverse=True)) + ")市?", name)
        if city:
            changed["city dropped"] = name[city.end() :]
            elsewhere = chance.choice([region for region in REGIONS if region not in name])
            # The register gives a name once a region: the same name elsewhere is another firm.
            yield name, elsewhere + name[city.end() :], 0, "other city"
        for group, variant in changed.items():
            yield name, variant, 1, group
        near = Counter(
            other
            for at in range(len(chinese_parts(name).body) - 1)
            for other in by_pair[chinese_parts(name).body[at : at + 2]]
            if other != name
        )
        variants = list(changed.values())
        for other in chance.sample(full, 6):
            if other != name:
                yield chance.choice(variants), other, 0, "others"
        for other, _ in near.most_common(3):
            yield chance.choice(variants), other, 0, "nearest"
    for line in stock[:1200]:
        yield line["alias"], line["full"], 1, "short name"
        for other in chance.sample(full, 3):
            if other != line["full"]:
                yield line["alias"], other, 0, "others"


def han(folder: Path, *, people: bool, chance: random.Random) -> Iterator[Pair]:
    official = {
        (line["zh"], line["en"])
        for line in lines(folder / "zh_en_organisations_dev.jsonl")
        if (line["schema"] == "Person") == people
    }
    listed = {
        pair for pairs in scripts(folder, ("cjk",), people=people).values() for pair in pairs
    } - official
    yield from others(sorted(official), 60, "official", chance)
    yield from others(sorted(listed), 60, "listed", chance)


def two_characters(folder: Path, chance: random.Random) -> Iterator[Pair]:
    """People in Chinese characters: the same name, one that differs in a character, and others."""
    people = [pair[0] for pairs in scripts(folder, ("cjk",), people=True).values() for pair in pairs]
    names = [name for name in people if len(name) <= 4]
    letters = sorted({char for name in names for char in name})
    for name in names:
        at = chance.randrange(len(name))
        yield name, name[0] + " " + name[1:], 1, "spaced"
        yield name, name[:at] + chance.choice(letters) + name[at + 1 :], 0, "one character"
        other = chance.choice(names)
        if other != name:
            yield name, other, 0, "others"


def fit(features: np.ndarray, truth: np.ndarray, weight: np.ndarray) -> np.ndarray:
    known = np.c_[np.ones(len(features)), features]
    found = np.zeros(known.shape[1])
    ridge = np.eye(len(found))
    ridge[0, 0] = 1e-6
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(known @ found, -30, 30)))
        slope = known.T @ (weight * (truth - chance)) - ridge @ found
        found += np.linalg.solve(
            (known * (weight * chance * (1 - chance) + 1e-9)[:, None]).T @ known + ridge, slope
        )
    return found


def auc(score: np.ndarray, truth: np.ndarray) -> float:
    order = np.argsort(np.argsort(score, kind="stable"), kind="stable") + 1
    matches = int(truth.sum())
    return float((order[truth == 1].sum() - matches * (matches + 1) / 2) / (matches * (len(truth) - matches)))


def measure(
    way: str, pairs: list[Pair], features: Callable[[str, str], dict[str, float]]
) -> tuple[np.ndarray, np.ndarray]:
    """Print what the way reaches; returns the scores and truths of the bench, for both kinds together."""
    begun = time.perf_counter()
    rows = [features(left, right) for left, right, _, _ in pairs]
    rate = len(rows) / (time.perf_counter() - begun)
    names = list(rows[0])
    known = np.array([[row[name] for name in names] for row in rows], float)
    truth = np.array([pair[2] for pair in pairs], float)
    group = np.array([pair[3] for pair in pairs])
    # Hard cases are few; each counts for eight.
    weight = np.where(np.isin(group, ["bench", "other number"]), 8.0, 1.0)
    part = np.random.default_rng(0).permutation(len(rows)) % 5
    score = np.zeros(len(rows))
    for number in range(5):
        out = part == number
        found = fit(known[~out], truth[~out], weight[~out])
        score[out] = np.c_[np.ones(out.sum()), known[out]] @ found
    print(f"{way}: {len(rows)} pairs, {rate:,.0f}/s")
    easy = (truth == 0) & ~np.isin(group, ["nearest", "bench", "other city", "other number"])
    negatives = np.sort(score[easy])[::-1]
    for each in sorted(set(group)):
        here = group == each
        right, wrong = here & (truth == 1), here & (truth == 0)
        line = f"  {each:14s} {right.sum():5d} / {wrong.sum():6d}"
        if right.any() and wrong.any():
            line += f"  AUC {auc(score[here], truth[here]):.3f}"
        if each == "bench":
            best = max(
                (
                    2
                    * (here & (score >= at) & (truth == 1)).sum()
                    / ((here & (score >= at)).sum() + right.sum()),
                    at,
                )
                for at in score[here]
            )
            line += f"  best F1 {best[0]:.3f}"
        elif right.any():
            against = np.sort(score[wrong])[::-1] if wrong.sum() > 100 else negatives
            shares = [(rate, (score[right] > against[int(len(against) * rate)]).mean()) for rate in RATES]
            line += "  recall " + " ".join(f"{share:.3f}@{rate}" for rate, share in shares)
        if wrong.any():
            line += f"  false at 0.5 {(score[wrong] > 0).mean():.4f}"
        print(line)
    if "--weights" in sys.argv:
        found = fit(known, truth, weight)
        print(f"[{way}]")
        for name, value in zip(["bias", *names], found, strict=True):
            print(f"{name} = {value:.2f}")
    return score[group == "bench"], truth[group == "bench"]


def together(parts: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """The bench of people and firms as one, whose scores are both log odds."""
    score, truth = (np.concatenate(each) for each in zip(*parts, strict=True))
    best = max(2 * (truth[score >= at].sum()) / ((score >= at).sum() + truth.sum()) for at in score)
    print(
        f"bench, people and firms together: {len(score)} pairs  AUC {auc(score, truth):.3f}  best F1 {best:.3f}"
    )


def unlisted(folder: Path, chance: random.Random) -> None:
    """Names of the UN list as given and altered, and people who are not listed, by the weights of the program."""

    def read(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    exact, altered = read("un_queries_exact.csv"), read("un_queries_altered.csv")
    listed = [row["full_name"] for row in exact]
    pairs = zip(altered, exact, strict=True)
    scores = [
        compare(one["full_name"], other["full_name"], NameKind.PERSON).score
        for one, other in pairs
        if one["full_name"] != other["full_name"]
    ]
    crowd = Crowd(Named(str(at), name) for at, name in enumerate(listed))
    found = [
        any(
            listed[int(each.named.key)] == other["full_name"]
            for each in crowd.find(one["full_name"], NameKind.PERSON)
        )
        for one, other in zip(altered, exact, strict=True)
    ]
    print(
        f"un altered: {len(scores)} names that differ, compared with their own: "
        + " ".join(f"{(np.array(scores) >= at).mean():.3f} at {at}" for at in (0.2, 0.5, 0.7))
        + f"; own entry among the five nearest {np.mean(found):.4f}"
    )
    people = chance.sample(read("people_not_listed.csv"), 1000)
    drawn = [
        compare(row["full_name"], name, NameKind.PERSON).score
        for row in people
        for name in chance.sample(listed, 20)
    ]
    print(
        f"people not listed: {len(drawn)} drawn pairs, false "
        + " ".join(f"{(np.array(drawn) >= at).mean():.5f} at {at}" for at in (0.2, 0.5, 0.7))
    )
    hits = [
        max((each.comparison.score for each in crowd.find(row["full_name"], NameKind.PERSON)), default=0.0)
        for row in people
    ]
    print(
        f"people not listed: {len(hits)} people against all {len(listed)} names, hit by name alone "
        + " ".join(f"{(np.array(hits) >= at).mean():.4f} at {at}" for at in (0.5, 0.7, 0.85))
    )


def main() -> None:
    folder = DATA / "names"
    chance = random.Random(20261128)
    letters = ("cyrillic", "arabic", "hangul", "hebrew")
    people = [*bench(folder, people=True)]
    for script, pairs in scripts(folder, letters, people=True).items():
        people += others(pairs, 6, script, chance)
    benches = [
        measure(
            "person",
            people,
            lambda left, right: person_features(
                person_words(as_compared(left)), person_words(as_compared(right))
            )[1],
        )
    ]
    firms = [*bench(folder, people=False)]
    for script, pairs in scripts(folder, ("cyrillic", "arabic"), people=False).items():
        # At two in a thousand a few pairs more or less decide; so there are many.
        firms += others(pairs, 24, script, chance)
        # Numbers tell the 123rd repair plant from the 150th: drawn pairs hardly ever show it.
        firms += [
            (left, re.sub(r"\d+", lambda found: str(int(found.group()) + 7), right), 0, "other number")
            for left, right in pairs
            if re.search(r"\b\d{1,4}\b", left) and re.search(r"\b\d{1,4}\b", right)
        ]
    benches.append(
        measure(
            "firm",
            firms,
            lambda left, right: firm_features(firm_names(as_compared(left)), firm_names(as_compared(right)))[
                1
            ],
        )
    )
    together(benches)
    unlisted(folder, random.Random(5))
    measure(
        "chinese",
        [*chinese(folder, chance)],
        lambda left, right: chinese_features(chinese_parts(left), chinese_parts(right)),
    )
    measure("crossing", [*han(folder, people=False, chance=chance)], crossing_features)
    measure("person_crossing", [*han(folder, people=True, chance=chance)], person_crossing_features)
    measure("person_chinese", [*two_characters(folder, chance)], _person_chinese)


if __name__ == "__main__":
    main()
