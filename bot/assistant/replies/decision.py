"""What only people decide (由人决定的事): approvals, limits, terms. The stage on file and what a person would weigh are
told, nothing is decided."""

from __future__ import annotations

from bot.assistant.draft import Draft, lead, note
from bot.assistant.replies import briefing
from bot.assistant.replies.context import Context


def reply(context: Context) -> Draft:
    """The stage that is on file, that the decision is people's, and what speaks for and against."""
    profile = context.dossier.profile
    people = note(context.say("decision.people"))
    if not profile.stage:
        told = context.missing(context.label("field", "stage"), "profile").joined(Draft((people,)))
        return told.joined(briefing.weighed(context))
    evidence = context.cite(profile, "stage")
    stage = context.label("stage", profile.stage)
    said = context.say("profile.field", name=context.name, field=context.label("field", "stage"), value=stage)
    told = Draft((lead(said, evidence), people, *context.sourced([evidence])))
    return told.joined(briefing.weighed(context))
