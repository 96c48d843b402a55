"""An evaluation in words for people (评测结果), from its summary as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from prompts.phrasebook import Phrasebook

#: An answer is shown up to so many characters beside what was expected of it.
_SHOWN = 200


def write(report: Mapping[str, Any], book: Phrasebook) -> str:
    """The whole report: each way of answering, then the lines that were set aside."""
    lines: list[str] = []
    for way, summary in report["ways"].items():
        lines += [book.say("evaluation.way", way=book[f"evaluation.ways.{way}"]), *_way(summary, book), ""]
    for aside in report["aside"]:
        lines.append(book.say("evaluation.aside", line=aside["line"], reason=aside["reason"]))
    return "\n".join(lines).rstrip()


def _way(summary: Mapping[str, Any], book: Phrasebook) -> Iterator[str]:
    outcomes = summary["outcomes"]
    yield book.say(
        "evaluation.counts", questions=summary["questions"], right=summary["right"], wrong=summary["wrong"]
    )
    yield book.say(
        "evaluation.outcomes",
        answered=outcomes["answer"],
        unknown=outcomes["unknown"],
        refused=outcomes["refused"],
        clarified=outcomes["clarify"],
    )
    for kind in ("expected_unknown", "expected_refused"):
        yield book.say(f"evaluation.{kind}", kept=summary[kind]["kept"], questions=summary[kind]["questions"])
    for kind in ("citations", "figures"):
        found = summary[kind]
        yield book.say(f"evaluation.{kind}", valid=found["claims"] - found["invalid"], claims=found["claims"])
    worked = summary["calculations"]
    yield book.say("evaluation.calculations", worked=worked["worked_again"], cited=worked["cited"])
    if summary["seconds"]["p50"] is not None:
        times = {name: f"{value * 1000:.0f}" for name, value in summary["seconds"].items()}
        yield book.say("evaluation.time", p50=times["p50"], p95=times["p95"])
    if used := summary["usage"]:
        cost = " ".join(part for part in (used["cost"], used["currency"]) if part)
        tokens = used["tokens_in"] + used["tokens_out"]
        yield book.say("evaluation.usage", calls=used["calls"], tokens=tokens, cost=cost)
    if summary["fallbacks"]:
        words = ", ".join(f"{word} {number}" for word, number in summary["fallbacks"].items())
        yield book.say("evaluation.fallbacks", number=sum(summary["fallbacks"].values()), words=words)
    for group in ("by_language", "by_role", "by_phase"):
        parts = [f"{name} {of['right']}/{of['questions']}" for name, of in summary[group].items()]
        if group != "by_phase" or len(parts) > 1:
            yield book.say(f"evaluation.{group}", groups=", ".join(parts))
    for wrong in summary["wrong_ones"]:
        yield ""
        yield book.say("evaluation.wrong", id=wrong["id"], line=wrong["line"], question=wrong["question"])
        yield from (f"    {objection}" for objection in wrong["objections"])
        said = " ".join(str(wrong["answer"]).split())
        yield book.say("evaluation.said", answer=said[:_SHOWN] + ("…" if len(said) > _SHOWN else ""))
    for invalid in summary["invalid_ones"]:
        yield book.say(
            "evaluation.invalid", id=invalid["id"], claim=invalid["claim"] + 1, reason=invalid["reason"]
        )
