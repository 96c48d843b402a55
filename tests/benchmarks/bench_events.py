"""How well risk events are read, on public sets that nobody here wrote: `python tests/benchmarks/bench_events.py`.

Both sets are split in halves by the hash of the text. Words were worked on with one half; the figures are those of the
other (`--seen` prints those of the first). Beside each stands one regex of 45 words: those of the taxonomy that do best
together on the first half, chosen one after the other.

What the sets are, and what that makes of the figures: the Chinese one is headlines and posts with the firm and one of
20 kinds; many are several headlines run together. Its rows of kind 其他 name no firm and are negative in name only (a
good part tells a true event of a firm that nobody labelled). So three kinds of negatives are told apart: those rows,
with no subject given to either side; other listed firms in a labelled text, silver, some of which have an event of
their own; and articles of general news, silver. The English set is articles with the entity, adverse or not.
"""

from __future__ import annotations

import hashlib
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from libraries import DATA, libraries, now, records

from knowledge.events.classifier import classify
from knowledge.events.shapes import Classified
from knowledge.events.taxonomy import taxonomy
from knowledge.library import Library, NewDocument
from knowledge.names.keys import fold, has_han
from store.access import FieldClass
from store.engine import unit_of_work
from store.evidence import Tier
from store.history import History
from store.ledger import Ledger

#: So many words make the plain regex.
WORDS = 45

#: Kinds of ours that the Chinese set counts under another of its own.
COUNTED_AS = {"false_advertising": "涉嫌欺诈"}

_CODE = re.compile(r"([\u4e00-\u9fff]{2,4})\(\d{6}\)")


def main() -> None:
    """Both sets, the half that was not worked on."""
    if not DATA.exists():
        print(f"  skipped: the shared data are not at {DATA} (set BONAFIDE_DATA)")
        return
    half = 0 if "--seen" in sys.argv else 1
    print(
        f"  half {'that words were worked on with' if half == 0 else 'held out'}; taxonomy {taxonomy().version}"
    )
    chinese(half)
    english(half)
    speed()
    storing()


def chinese(half: int) -> None:
    """Announcements and headlines with the firm and the kind."""
    rows = records("news/risk_events_zh_dev.jsonl")
    told: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for row in rows:
        if _half(row["text"]) == half:
            told[row["text"], row["company"]].add(row["event"])
    plain = _choose(
        [(row["text"], row["event"] != "其他") for row in rows if _half(row["text"]) == 0], han=True
    )
    labelled = {pair: kinds for pair, kinds in told.items() if kinds != {"其他"}}
    nameless = [text for (text, _), kinds in told.items() if kinds == {"其他"}]
    found = {pair: classify("", pair[0], pair[1]) for pair in labelled}
    print(f"  zh: {len(labelled):,} labelled pairs of text and firm, {len(nameless):,} rows 其他")

    everybody = [classify("", text) for text, _ in labelled]
    nobody = [classify("", text) for text in nameless]
    _line("zh, no subject, against 其他", everybody, nobody)
    _plain(
        "zh, no subject, against 其他",
        [t for t, _ in labelled],
        nameless,
        lambda text: bool(plain.search(text)),
    )

    other = _others(labelled)
    of_others = [classify("", text, name) for text, name in other]
    _line("zh, by firm, against other firms of the texts", list(found.values()), of_others)
    _plain("the same, a word within 40 characters", list(labelled), other, lambda pair: _near(plain, *pair))

    news = [row["text"] for row in records("news/zh_news_corpus.jsonl") if _half(row["text"]) == half]
    news = random.Random(20261128).sample(news, 2_000)
    _line("zh, by firm, against general news", list(found.values()), [classify("", text) for text in news])
    _plain(
        "zh, by firm, against general news",
        [t for t, _ in labelled],
        news,
        lambda text: bool(plain.search(text)),
    )
    _kinds(labelled, found)
    _roles(labelled, found, other, of_others)


def english(half: int) -> None:
    """Articles with the entity, adverse or not."""
    every = records("news/adverse_media_en_dev.jsonl")
    first = [
        (f"{row['title']} {row['text']}", row["adverse"] == 1) for row in every if _half(row["text"]) == 0
    ]
    titles = [(row["title"], row["adverse"] == 1) for row in every if _half(row["text"]) == 0]
    rows = [row for row in every if _half(row["text"]) == half]
    found = [
        (row["adverse"] == 1, classify(row["title"], row["text"], row["entity"] or None)) for row in rows
    ]
    _line(
        "en, by entity",
        [one for adverse, one in found if adverse],
        [one for adverse, one in found if not adverse],
    )
    plain, titled = _choose(first, han=False), _choose(titles, han=False)
    sides: tuple[list[Any], list[Any]] = ([], [])
    for row in rows:
        sides[row["adverse"] != 1].append(row)
    _plain("en, in title or text", *sides, lambda row: bool(plain.search(f"{row['title']} {row['text']}")))
    _plain("en, in the title", *sides, lambda row: bool(titled.search(row["title"])))
    number = [len(plain.findall(row["text"])) / (1 + len(row["text"])) for row in (*sides[0], *sides[1])]
    print(
        f"    words to a character, the same regex: AUC {_auc(number[: len(sides[0])], number[len(sides[0]) :]):.3f}"
    )
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        within = [
            adverse
            for adverse, one in found
            if low <= one.score < low + 0.2 or (low == 0.8 and one.score == 1)
        ]
        if within:
            share = sum(within) / len(within)
            print(
                f"    score {low:.1f} to {low + 0.2:.1f}: {len(within):4} articles, {share:.0%} of them adverse"
            )


def speed() -> None:
    """Texts a second of one core: time of the processor, whatever else the machine does."""
    short = [row["text"] for row in records("news/risk_events_zh_dev.jsonl") if len(row["text"]) < 300][
        :5_000
    ]
    long = [row["text"] for row in records("news/zh_news_corpus.jsonl")][:3_000]
    for what, texts in (("headlines", short), ("articles", long)):
        started = time.process_time()
        for text in texts:
            classify("", text)
        took = time.process_time() - started
        mean = sum(map(len, texts)) / len(texts)
        print(f"  {what} of {mean:,.0f} characters: {len(texts) / took:,.0f} a second of one core")


def storing() -> None:
    """Headlines a second into a library that knows 1,500 of their firms, and a storm of copies about one firm."""
    rows = [row for row in records("news/risk_events_zh_dev.jsonl") if row["company"]]
    texts = list(dict.fromkeys(row["text"] for row in rows))[:3_000]
    firms = list(dict.fromkeys(row["company"] for row in rows if row["text"] in set(texts)))[:1_500]
    for kind in ("sqlite", "postgres"):
        with libraries(kind) as library:
            _customers(library, firms)
            found = []
            for copies in (False, True):
                started = time.perf_counter()
                news = [texts[0]] * len(texts) if copies else texts
                results = library.add_many(
                    NewDocument(
                        name="news",
                        source="bench",
                        text=text,
                        published="2026-11-20",
                        external_id=f"{copies}-{number}",
                        field_class=FieldClass.PUBLIC,
                    )
                    for number, text in enumerate(news)
                )
                linked = sum(added.linked for added in results)
                found.append(
                    f"{len(results) / (time.perf_counter() - started):,.0f} a second ({linked:,} links)"
                )
            print(f"  {kind}: news with events {found[0]}, as many copies of one {found[1]}")


def _customers(library: Library, names: Sequence[str]) -> None:
    with unit_of_work(library._databases.write) as connection:
        entry = Ledger(connection, now).append(actor="bench", action="import", detail={})
        history = History(connection, entry)
        for name in names:
            history.record(
                "customers",
                f"key:{name}",
                {"legal_name": name, "other_names": []},
                source="bench",
                tier=Tier.INTERNAL,
                field_class=FieldClass.PUBLIC,
                cause="bench",
            )


def _half(text: str) -> int:
    return hashlib.sha256(f"bonafide-events|{text}".encode()).digest()[0] % 2


def _choose(texts: Sequence[tuple[str, bool]], *, han: bool) -> re.Pattern[str]:
    """The regex of the words that together tell adverse texts from others best (F1), chosen greedily."""
    with_word: dict[str, set[int]] = defaultdict(set)
    for number, (text, _) in enumerate(texts):
        for hit in taxonomy().find(fold(text)):
            if hit.phrase.kind and not hit.phrase.first and has_han(hit.phrase.text) == han:
                with_word[hit.phrase.text].add(number)
    adverse = {number for number, (_, is_adverse) in enumerate(texts) if is_adverse}
    chosen: list[str] = []
    covered: set[int] = set()

    def f1(reached: set[int]) -> float:
        return 2 * len(reached & adverse) / (len(reached) + len(adverse))

    for _ in range(WORDS):
        best = max(sorted(with_word), key=lambda word: f1(covered | with_word[word]))
        if chosen and f1(covered | with_word[best]) <= f1(covered):
            break
        chosen.append(best)
        covered |= with_word.pop(best)
    return re.compile("|".join(map(re.escape, chosen)), re.IGNORECASE)


def _others(labelled: dict[tuple[str, str | None], set[str]]) -> list[tuple[str, str]]:
    """Firms with a stock code in labelled texts that no label names."""
    names: dict[str, set[str]] = defaultdict(set)
    for text, company in labelled:
        names[text].add(company or "")
    return [
        (text, match[1])
        for text, companies in names.items()
        for match in _CODE.finditer(text)
        if not any(set(match[1][-2:]) <= set(company) for company in companies)
    ]


def _near(plain: re.Pattern[str], text: str, name: str) -> bool:
    return any(
        plain.search(text, max(0, match.start() - 40), match.end() + 40)
        for match in re.finditer(re.escape(name), text)
    )


def _kinds(
    labelled: dict[tuple[str, str | None], set[str]], found: dict[tuple[str, str | None], Classified]
) -> None:
    """Precision, recall and F1 of each kind of the set, where the firm is the subject of the event."""
    kinds = taxonomy().kinds
    gold = Counter(kind for several in labelled.values() for kind in several)
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for pair, several in labelled.items():
        mine = {
            COUNTED_AS.get(event.kind, kinds[event.kind].zh)
            for event in found[pair].events
            if event.role == "subject"
        }
        said.update(mine & set(gold))
        right.update(mine & several)
    weighed = 0.0
    print("    kind            rows    P     R     F1")
    for kind, number in gold.most_common():
        precision, recall = right[kind] / max(said[kind], 1), right[kind] / number
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        weighed += f1 * number / sum(gold.values())
        print(f"    {kind:{12 - len(kind)}}\t{number:6}  {precision:.2f}  {recall:.2f}  {f1:.2f}")
    print(f"    weighted by rows: F1 {weighed:.3f}")


def _roles(
    labelled: dict[tuple[str, str | None], set[str]],
    found: dict[tuple[str, str | None], Classified],
    other: Sequence[tuple[str, str]],
    of_others: Sequence[Classified],
) -> None:
    """Whose event it is: the labelled kind is that firm's, and not that of another firm in the text."""
    kinds = taxonomy().kinds
    mine = theirs = seen = free = 0
    of_text: dict[str, set[str]] = defaultdict(set)
    for (text, company), several in labelled.items():
        of_text[text] |= several
        roles = {event.role for event in found[text, company].events if kinds[event.kind].zh in several}
        seen += bool(roles)
        mine += "subject" in roles
    for (text, _), one in zip(other, of_others, strict=True):
        theirs += 1
        free += not any(
            event.role == "subject" and kinds[event.kind].zh in of_text[text] for event in one.events
        )
    print(
        f"    role: the labelled firm is the subject of its kind in {mine / seen:.1%} of {seen:,} where it was read;"
    )
    print(f"          another firm of the text is not in {free / theirs:.1%} of {theirs:,}")


def _line(what: str, positive: Sequence[Classified], negative: Sequence[Classified]) -> None:
    precision, recall, f1 = _figures([one.adverse for one in positive], [one.adverse for one in negative])
    auc = _auc([one.score for one in positive], [one.score for one in negative])
    number = f"(n {len(positive)} + {len(negative)})"
    print(f"  {what}: P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  AUC {auc:.3f}  {number}")


def _plain(what: str, positive: Sequence[Any], negative: Sequence[Any], says: Callable[[Any], bool]) -> None:
    precision, recall, f1 = _figures([says(one) for one in positive], [says(one) for one in negative])
    print(f"    a regex, {what}: P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}")


def _figures(positive: Sequence[bool], negative: Sequence[bool]) -> tuple[float, float, float]:
    precision = sum(positive) / max(sum(positive) + sum(negative), 1)
    recall = sum(positive) / max(len(positive), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """How often a positive scores above a negative; ties count half."""
    ranked = sorted([(score, True) for score in positive] + [(score, False) for score in negative])
    total, at = 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        total += sum(is_positive for _, is_positive in ranked[at:end]) * (at + end + 1) / 2
        at = end
    number = len(positive)
    return (total - number * (number + 1) / 2) / max(number * len(negative), 1)


if __name__ == "__main__":
    main()
