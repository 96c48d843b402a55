"""How well names are compared on one's own pairs (名称比对评测): AUC, precision and recall by threshold, errors.

Pure: labelled pairs in, plain JSON out. A pair says whether both names are names of one; a file is CSV with the
columns left, right, is_match and perhaps kind, or JSON Lines with the same names. What cannot be used is set aside
with its line. A threshold is justified by what it costs: the matches that it misses and the strangers that it takes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from bot.evaluation.errors import LineUnusable
from knowledge.names.comparison import Comparison, NameKind, Reason, compare

#: The thresholds of the table.
THRESHOLDS = (*(step / 20 for step in range(1, 20)), 0.97, 0.99)
#: How many pairs that go wrong at the chosen threshold are shown, the worst first, and reasons of each.
_SHOWN, _REASONS = 10, 3
_YES = frozenset({"true", "1", "yes", "y", "t", "是"})
_NO = frozenset({"false", "0", "no", "n", "f", "否"})
_COLUMNS = ("left", "right", "is_match")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names and whether they are names of one."""

    line: int
    left: str
    right: str
    is_match: bool
    kind: NameKind = NameKind.UNKNOWN


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair with the score that it was given, and the comparison that gave it."""

    pair: Pair
    score: float
    comparison: Comparison | None = None


def read_pairs(content: bytes) -> tuple[list[Pair], list[tuple[int, str]]]:
    """The pairs of a CSV or JSON Lines file, and what was set aside: line and reason."""
    text = _decode(content)
    rows = _json_rows(text) if text.lstrip()[:1] == "{" else _csv_rows(text)
    pairs: list[Pair] = []
    aside: list[tuple[int, str]] = []
    for line, row in rows:
        try:
            if isinstance(row, LineUnusable):
                raise row
            pairs.append(_pair(line, row))
        except LineUnusable as wrong:
            aside.append((line, str(wrong)))
    return pairs, aside


def score_pairs(pairs: Iterable[Pair]) -> list[Scored]:
    """Every pair with its score."""
    compared = ((pair, compare(pair.left, pair.right, pair.kind)) for pair in pairs)
    return [Scored(pair, found.score, found) for pair, found in compared]


def measure(
    scored: Sequence[Scored], threshold: float, *, precision: float | None = None, recall: float | None = None
) -> dict[str, Any]:
    """AUC, the table by threshold, the threshold of the best F1, and what the chosen one misses and takes wrongly.

    `wished` has the threshold of a wished precision, which finds most, and of a wished recall, which errs least.
    """
    wishes = {"precision": precision, "recall": recall}
    return {
        "pairs": len(scored),
        "matches": sum(each.pair.is_match for each in scored),
        "auc": auc([(each.score, each.pair.is_match) for each in scored]),
        "table": [at(scored, each) for each in THRESHOLDS],
        "best": _best(scored),
        "wished": {
            share: {"at_least": wish, "found": reaching(scored, share, wish)}
            for share, wish in wishes.items()
            if wish is not None
        },
        "chosen": at(scored, threshold),
        "missed": _worst(scored, lambda each: each.pair.is_match and each.score < threshold, highest=False),
        "taken": _worst(
            scored, lambda each: not each.pair.is_match and each.score >= threshold, highest=True
        ),
        "by_kind": {
            kind: {"pairs": len(part), "auc": auc([(one.score, one.pair.is_match) for one in part])}
            | {key: at(part, threshold)[key] for key in ("precision", "recall", "false_positive_rate")}
            for kind in NameKind
            if (part := [each for each in scored if each.pair.kind is kind])
        },
    }


def auc(scores: Sequence[tuple[float, bool]]) -> float | None:
    """How often a match scores above a pair that is none (ties count half); None where one of the two is missing."""
    matches = sum(is_match for _, is_match in scores)
    others = len(scores) - matches
    if not matches or not others:
        return None
    below, won = 0, 0.0
    for _, group in groupby(sorted(scores), key=lambda each: each[0]):
        tied = [is_match for _, is_match in group]
        right = sum(tied)
        wrong = len(tied) - right
        won += right * (below + wrong / 2)
        below += wrong
    return round(won / (matches * others), 4)


def at(scored: Sequence[Scored], threshold: float) -> dict[str, Any]:
    """What a threshold takes and misses; a share of nothing is None."""
    right = sum(each.pair.is_match for each in scored if each.score >= threshold)
    wrong = sum(not each.pair.is_match for each in scored if each.score >= threshold)
    matches = sum(each.pair.is_match for each in scored)
    return {
        "threshold": round(threshold, 4),
        "right": right,
        "wrong": wrong,
        "missed": matches - right,
        "precision": _share(right, right + wrong),
        "recall": _share(right, matches),
        "f1": _share(2 * right, right + wrong + matches),
        "false_positive_rate": _share(wrong, len(scored) - matches),
    }


def _best(scored: Sequence[Scored]) -> dict[str, Any] | None:
    """The lowest threshold with the highest F1, among the scores that occur."""
    matches = sum(each.pair.is_match for each in scored)
    best, threshold, right, taken = -1.0, None, 0, 0
    ordered = sorted(scored, key=lambda each: -each.score)
    for score, group in groupby(ordered, key=lambda each: each.score):
        members = list(group)
        right += sum(each.pair.is_match for each in members)
        taken += len(members)
        if (f1 := 2 * right / ((taken + matches) or 1)) >= best:
            best, threshold = f1, score
    return None if threshold is None or not matches else at(scored, threshold)


def reaching(scored: Sequence[Scored], share: str, wish: float) -> dict[str, Any] | None:
    """The threshold at which precision is at least so much and recall the highest, or the other way round.

    Of thresholds that do the same the highest is given; None where no score that occurs reaches it.
    """
    matches = sum(each.pair.is_match for each in scored)
    best: tuple[float, float] | None = None
    right = taken = 0
    ordered = sorted(scored, key=lambda each: -each.score)
    for score, group in groupby(ordered, key=lambda each: each.score):
        members = list(group)
        right, taken = right + sum(each.pair.is_match for each in members), taken + len(members)
        both = {"precision": right / taken, "recall": right / (matches or 1)}
        other = both["recall" if share == "precision" else "precision"]
        if both[share] >= wish and (best is None or (other, score) > best):
            best = other, score
    return None if best is None or not matches else at(scored, best[1])


def _worst(
    scored: Sequence[Scored], wanted: Callable[[Scored], bool], *, highest: bool
) -> list[dict[str, Any]]:
    chosen = sorted(filter(wanted, scored), key=lambda each: -each.score if highest else each.score)
    return [
        {
            "line": each.pair.line,
            "left": each.pair.left,
            "right": each.pair.right,
            "score": round(each.score, 4),
            "deceiving": each.comparison.deceiving if each.comparison else None,
            "because": [asdict(reason) for reason in _reasons(each, against=not highest)],
        }
        for each in chosen[:_SHOWN]
    ]


def _reasons(scored: Scored, *, against: bool) -> list[Reason]:
    """What brought a pair to where it does not belong: what spoke against a match, or for a stranger, most first."""
    found = scored.comparison.because if scored.comparison else ()
    # The likeness of two words is no log odds.
    weighed = [reason for reason in found if not reason.feature.startswith("pair:")]
    speaking = [reason for reason in weighed if (reason.value <= 0 if against else reason.value > 0)]
    return sorted(speaking, key=lambda reason: -abs(reason.value))[:_REASONS]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _decode(content: bytes) -> str:
    """Spreadsheets of Chinese offices write GB 18030; what is neither is read with its broken letters marked."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any] | LineUnusable]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield number, LineUnusable("it is no JSON")
            continue
        yield number, row if isinstance(row, dict) else LineUnusable("it is no JSON object")


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any] | LineUnusable]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        missing = [name for name in _COLUMNS if name not in columns]
        if missing:
            yield (
                1,
                LineUnusable(
                    f"the first line names no column {', '.join(missing)}; all of left, right, is_match are needed"
                ),
            )
            return
        reader.fieldnames = columns
        for row in reader:
            yield reader.line_num, row
    except csv.Error as wrong:
        yield reader.line_num, LineUnusable(f"the file cannot be read from here on as CSV: {wrong}")


def _pair(line: int, row: Mapping[str, Any]) -> Pair:
    for side in ("left", "right"):
        if not isinstance(row.get(side), str) or not row[side].strip():
            raise LineUnusable(f"{side} is missing or no text")
    said = str(row.get("is_match")).strip().lower()
    if said not in _YES | _NO:
        raise LineUnusable(f"is_match is “{said[:20]}”; write true or false")
    kind = str(row.get("kind") or "unknown").strip().lower()
    if kind not in set(NameKind):
        raise LineUnusable(f"kind is “{kind[:20]}”; write {', '.join(NameKind)}")
    return Pair(line, row["left"], row["right"], said in _YES, NameKind(kind))
