"""What an evaluation comes to (评测汇总): counts, validity, time and cost of each way of answering, as plain JSON."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.evaluation.gold import Outcome
from bot.evaluation.running import Result

#: What is added up of the `usage` of answers.
_USED = ("calls", "tokens_in", "tokens_out")


def summarise(results: Sequence[Result]) -> dict[str, Any]:
    """One way of answering: how many were right, what was invalid, how long it took, what it cost."""
    return {
        **_counts(results),
        "outcomes": {
            outcome.value: sum(result.verdict.outcome is outcome for result in results) for outcome in Outcome
        },
        "expected_unknown": _kept(results, lambda result: result.asked.gold.silent),
        "expected_refused": _kept(results, lambda result: result.asked.gold.forbidden),
        "citations": _validity(results, lambda result: result.citations),
        "figures": _validity(results, lambda result: result.figures),
        "calculations": {
            "worked_again": sum(result.worked[0] for result in results),
            "cited": sum(result.worked[1] for result in results),
        },
        "seconds": {
            "p50": _at(results, 0.50),
            "p95": _at(results, 0.95),
        },
        "usage": _usage(results),
        "fallbacks": dict(Counter(word for result in results if (word := _fallback(result)))),
        "by_language": _by(results, lambda result: result.language),
        "by_role": _by(results, lambda result: result.role),
        "by_phase": _by(results, lambda result: result.asked.phase or "-"),
        "wrong_ones": [describe(result) for result in results if not result.verdict.right],
        "invalid_ones": [
            {"id": result.asked.id, "line": result.asked.line, "claim": number, "reason": reason}
            for result in results
            for found in (result.citations, result.figures)
            for number, reason in sorted(found.items())
        ],
    }


def describe(result: Result) -> dict[str, Any]:
    """A wrong answer beside what was expected."""
    asked = result.asked
    return {
        "id": asked.id,
        "line": asked.line,
        "question": asked.text,
        "as": asked.who,
        "in": asked.place,
        "phase": asked.phase or None,
        "expected": asked.gold.model_dump(mode="json", exclude_defaults=True),
        "outcome": result.verdict.outcome.value,
        "objections": list(result.verdict.objections),
        "answer": result.answer["answer"],
    }


def written_out(result: Result, way: str) -> dict[str, Any]:
    """The whole of one answer with its scoring, for a file."""
    return {
        "id": result.asked.id,
        "line": result.asked.line,
        "way": way,
        "right": result.verdict.right,
        "outcome": result.verdict.outcome.value,
        "objections": list(result.verdict.objections),
        "invalid_citations": {str(number): reason for number, reason in result.citations.items()},
        "invalid_figures": {str(number): reason for number, reason in result.figures.items()},
        "seconds": round(result.seconds, 4),
        "answer": dict(result.answer),
    }


def _counts(results: Sequence[Result]) -> dict[str, int]:
    right = sum(result.verdict.right for result in results)
    return {"questions": len(results), "right": right, "wrong": len(results) - right}


def _kept(results: Iterable[Result], expected: Callable[[Result], bool]) -> dict[str, int]:
    those = [result for result in results if expected(result)]
    kept = sum(result.verdict.outcome in result.asked.gold.outcome for result in those)
    return {"questions": len(those), "kept": kept}


def _validity(
    results: Sequence[Result], found: Callable[[Result], Mapping[int, str]]
) -> dict[str, int | float | None]:
    claims = sum(len(result.answer["claims"]) for result in results)
    wrong = sum(sum(number >= 0 for number in found(result)) for result in results)
    answers = sum(-1 in found(result) for result in results)
    share = None if not claims else round((claims - wrong) / claims, 4)
    return {"claims": claims, "invalid": wrong, "answers_invalid": answers, "valid_share": share}


def _at(results: Sequence[Result], share: float) -> float | None:
    """The time within which this share of the answers came, in seconds."""
    times = sorted(result.seconds for result in results)
    return round(times[max(0, -int(-share * len(times) // 1) - 1)], 4) if times else None


def _usage(results: Sequence[Result]) -> dict[str, Any] | None:
    """Calls, tokens and cost added up; None where no answer carries any."""
    used = [result.usage for result in results if result.usage]
    if not used:
        return None
    total: dict[str, Any] = {name: sum(int(_decimal(one.get(name))) for one in used) for name in _USED}
    currencies = sorted({str(one["currency"]) for one in used if one.get("currency")})
    return {
        "answers": len(used),
        **total,
        "cost": str(sum((_decimal(one.get("cost")) for one in used), Decimal(0))),
        "currency": currencies[0] if len(currencies) == 1 else None,
    }


def _fallback(result: Result) -> str | None:
    """Why the built-in grammar answered where a model should have."""
    return (result.answer.get("versions") or {}).get("fallback")


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(str(value)) if value is not None else Decimal(0)
    except InvalidOperation:
        return Decimal(0)


def _by(results: Iterable[Result], key: Callable[[Result], str]) -> dict[str, dict[str, int]]:
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[key(result)].append(result)
    return {name: _counts(group) for name, group in sorted(groups.items())}
