"""The distress score of the latest statement (财务困境): which model, why, and in which zone it falls."""

from __future__ import annotations

from bot.checks.notebook import Notebook, failed, label, listed, on, passed, ratio, unknown, warned
from bot.checks.result import Finding
from bot.dossier.yearly import years
from bot.rating.distress import Zone, applicable, missing, score


def check(book: Notebook) -> list[Finding]:
    """One finding: the score, its zone and the model, or which item is missing."""
    found = years(book.dossier)
    if not found:
        return []
    latest = found[-1].statement
    model, reason = applicable(book.dossier.profile.industry, book.dossier.profile.country)
    absent = missing(model, latest.items)
    if absent:
        used = [book.cite(latest, "period_end", "currency")]
        what = listed(*(label(f"item.{item}") for item in absent))
        return [
            unknown(
                "finance.distress",
                "checks.distress.missing",
                used,
                model=label(f"model.{model.name}"),
                what=what,
            )
        ]
    scored = score(model, latest.items)
    cited = book.cite(latest, "period_end", "currency", *sorted(scored.inputs if scored else ()))
    if scored is None:
        return [
            unknown(
                "finance.distress", "checks.distress.undefined", [cited], model=label(f"model.{model.name}")
            )
        ]
    inputs = [(name, cited, value) for name, value in sorted(scored.inputs.items())]
    worked = book.calculate(f"{scored.formula} [{latest.period_end}]", inputs, scored.score, model.name)
    said = {
        "model": label(f"model.{model.name}"),
        "why": label(f"model_why.{reason.value}"),
        "score": ratio(scored.score),
        "below": ratio(model.distress_below),
        "above": ratio(model.safe_above),
        "date": on(latest.period_end),
    }
    used = [worked, cited]
    if scored.zone is Zone.DISTRESS:
        return [failed("finance.distress", "checks.distress.distress", used, 4, 5, **said)]
    if scored.zone is Zone.GREY:
        return [warned("finance.distress", "checks.distress.grey", used, 3, 4, **said)]
    return [passed("finance.distress", "checks.distress.safe", used, **said)]
