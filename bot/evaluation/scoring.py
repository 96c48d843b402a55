"""Whether an answer is right (评分): a pure function of the answer as JSON and its gold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluation.amounts import says_amount
from bot.evaluation.gold import Gold, Outcome, Value

Answer = Mapping[str, Any]

_CODE = re.compile(r"C-\d+")
_ESCAPED = re.compile(r"\\([\\`*_\[\]|~<>#+.)-])")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an answer ended, and everything that is wrong with it; nothing is right."""

    outcome: Outcome
    objections: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether nothing is wrong."""
        return not self.objections


def score(answer: Answer, gold: Gold, *, customers: Sequence[str] | None = None) -> Verdict:
    """The verdict; `customers` are the gold's customers as codes, where it names any."""
    outcome = outcome_of(answer)
    wrong = list(_ended(outcome, gold))
    wrong += _said(answer, gold)
    if outcome in (Outcome.ANSWER, Outcome.CLARIFY):
        wrong += [f"does not say {_named(value)}" for value in gold.value if not _holds(answer, value)]
        wrong += _listed(answer, gold, customers)
        cited = {item.get("external_id") for item in answer["evidence"]}
        wrong += [f"does not cite {source}" for source in gold.sources if source not in cited]
    if gold.language and answer["language"] != gold.language:
        wrong.append(f"answers in {answer['language']}, not {gold.language}")
    return Verdict(outcome, tuple(wrong))


def outcome_of(answer: Answer) -> Outcome:
    """How an answer ended. One that begins with what is not known, or tells only where was looked in vain, states
    nothing of what was asked for; one that states something tells what it does not know at its end.
    """
    if answer.get("refused"):
        return Outcome.REFUSED
    if answer.get("clarify"):
        return Outcome.CLARIFY
    if unknown := answer.get("unknown"):
        begins = _plain(_ESCAPED.sub(r"\1", answer["answer"])).startswith(_plain(unknown[0]))
        if begins or not any(True for _ in stated(answer)):
            return Outcome.UNKNOWN
    return Outcome.ANSWER


def stated(answer: Answer) -> Iterator[Mapping[str, Any]]:
    """The claims that stand on more than a search that found nothing."""
    kinds = {item["id"]: item["kind"] for item in answer["evidence"]}
    for claim in answer["claims"]:
        if any(kinds.get(ref) != "search" for ref in claim["evidence"]):
            yield claim


def customers_of(answer: Answer) -> list[str]:
    """The codes that an answer lists in its table, offers as choices or stands on, in order."""
    if answer.get("clarify"):
        return [option["value"] for option in answer["clarify"]["options"]]
    rows = (answer.get("table") or {}).get("rows") or ()
    codes = [row["cells"][0] for row in rows if row["cells"] and _CODE.fullmatch(str(row["cells"][0]))]
    if not codes:
        about = {item["id"]: item.get("customer") for item in answer["evidence"]}
        codes = [code for claim in stated(answer) for ref in claim["evidence"] if (code := about.get(ref))]
    return list(dict.fromkeys(codes))


def shown(answer: Answer) -> Iterator[str]:
    """Every text that a person may come to see: the answer, its claims, choices and table, and its evidence.

    What a search in vain was asked for are the asker's own words, and is left out.
    """
    yield answer["answer"]
    yield from answer.get("unknown") or ()
    yield answer.get("refused") or ""
    for claim in answer["claims"]:
        yield claim["text"]
    if answer.get("clarify"):
        yield answer["clarify"]["question"]
        yield from (option["label"] for option in answer["clarify"]["options"])
    for item in answer["evidence"]:
        if item["kind"] == "search":
            continue
        yield from (str(item.get(key) or "") for key in ("quote", "source", "title", "external_id", "url"))
    table = answer.get("table") or {}
    yield str(table.get("title") or "")
    for row in table.get("rows") or ():
        yield from (str(cell) for cell in row["cells"] if cell is not None)


def _ended(outcome: Outcome, gold: Gold) -> Iterator[str]:
    if outcome not in gold.outcome:
        yield f"{outcome}, not {' or '.join(sorted(gold.outcome))}"


def _said(answer: Answer, gold: Gold) -> Iterator[str]:
    text = _plain(_ESCAPED.sub(r"\1", answer["answer"]))
    for words in gold.says:
        if not any(_plain(word) in text for word in words):
            yield f"says nothing of {' / '.join(words)}"
    seen = [_plain(part) for part in shown(answer)] if gold.says_not else []
    for word in gold.says_not:
        if any(_plain(word) in part for part in seen):
            yield f"shows {word}"


def _holds(answer: Answer, value: Value) -> bool:
    return any(
        says_amount(
            claim["text"], value.amount, value.unit, tolerance=value.tolerance, currency=value.currency
        )
        for claim in answer["claims"]
    )


def _listed(answer: Answer, gold: Gold, codes: Sequence[str] | None) -> Iterator[str]:
    if gold.customers is None:
        return
    wanted = list(codes if codes is not None else gold.customers)
    got = customers_of(answer)
    if (got != wanted) if gold.ordered else (set(got) != set(wanted)):
        lacking = [code for code in wanted if code not in got]
        more = [code for code in got if code not in wanted]
        parts = [f"lacks {', '.join(lacking)}"] if lacking else []
        parts += [f"has {', '.join(more)} too"] if more else []
        yield "customers: " + ("; ".join(parts) or f"in the order {', '.join(got)}")


def _named(value: Value) -> str:
    return " ".join(part for part in (value.currency or "", f"{value.amount:f}{value.unit}") if part)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
