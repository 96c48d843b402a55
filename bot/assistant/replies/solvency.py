"""How near a firm is to failing (财务困境): Altman's score of its statements, and what registers say of insolvency.

A score is a comparison with firms that failed, and no forecast; the zone and its bounds are told beside it.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot.assistant.draft import Draft, Line, bullet, lead, note
from bot.assistant.replies import records
from bot.assistant.replies.context import Context
from bot.dossier.yearly import years
from bot.rating.distress import Model, Scored, applicable, missing, score
from store.evidence import Evidence
from store.records import Statement

#: Earlier years that are told beside the latest one.
_EARLIER = 2
_INSOLVENCY = "bankruptcy"


def reply(context: Context) -> Draft:
    """The score of the latest year, those before it, and records of bankruptcy or reorganisation."""
    draft = _scored(context)
    asked = replace(context.request, topic="records", items=(_INSOLVENCY,), aspects=frozenset())
    return draft.joined(records.reply(replace(context, request=asked)))


def _scored(context: Context) -> Draft:
    yearly = [year.statement for year in reversed(years(context.dossier))]
    rows = [row for row in yearly if row.period_end.first <= context.day]
    model, why = applicable(context.dossier.profile.industry, context.dossier.profile.country)
    named = context.book[f"checks.model.{model.name}"]
    if not rows:
        return context.missing(named, "statements")
    latest = rows[0]
    absent = missing(model, latest.items)
    found = score(model, latest.items)
    if found is None:
        cited = context.cite(latest, "period_end", "currency")
        if absent:
            what = context.words.list([context.label("item", item) for item in absent])
            said = context.book.say("checks.distress.missing", model=named, what=what)
        else:
            said = context.book.say("checks.distress.undefined", model=named)
        return Draft((note(f"{context.name.strip()} – {said}", cited),))
    values = {
        "model": named,
        "score": _shown(found.score),
        "date": context.words.date(latest.period_end),
        "below": _shown(model.distress_below),
        "above": _shown(model.safe_above),
        "why": context.book[f"checks.model_why.{why.value}"],
    }
    key = f"checks.distress.{found.zone.value}"
    told = context.book.say(key, **{name: values[name] for name in context.book.names(key)})
    lines: list[Line] = [
        lead(context.say("solvency.lead", name=context.name, said=told), *_worked(context, latest, found))
    ]
    lines += _earlier(context, model, rows[1 : 1 + _EARLIER])
    return Draft(tuple(lines))


def _earlier(context: Context, model: Model, rows: list[Statement]) -> list[Line]:
    """The scores of the years before, where they can be worked out."""
    lines: list[Line] = []
    for row in rows:
        if (found := score(model, row.items)) is not None:
            said = context.say(
                "solvency.earlier",
                date=context.words.date(row.period_end),
                score=_shown(found.score),
                zone=context.book[f"answers.solvency.{found.zone.value}"],
            )
            lines.append(bullet(said, *_worked(context, row, found)))
    return lines


def _worked(context: Context, row: Statement, found: Scored) -> tuple[Evidence, Evidence]:
    cited = context.cite(row, "period_end", "currency", *sorted(found.inputs))
    inputs = [(name, cited, value) for name, value in sorted(found.inputs.items())]
    bounds = f"distress below {found.model.distress_below}, safe above {found.model.safe_above}"
    formula = f"{found.formula} [{row.period_end}; {bounds}]"
    return context.calculate(formula, inputs, found.score, found.model.name), cited


def _shown(value: Decimal) -> str:
    return f"{value:.2f}"
