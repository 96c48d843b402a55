"""What an alert says and why it matters, in either language (预警措辞)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.assistant.wording import Wording
from bot.checks.values import worded
from prompts.phrasebook import LANGUAGES, Phrasebook
from store.alerts import Alert
from store.policy.alerts import AlertsSection

#: A title as registers write it: what it is of, a colon of either script, the matter.
_HEADED = re.compile(r"([^:：]*)[:：]?(.*)", re.DOTALL)


def tell_alert(section: AlertsSection, alert: Alert, language: str) -> tuple[str, str]:
    """(what, why); a rule of the firm's own says why in the policy file, one that is gone by its kind of change."""
    book = Phrasebook.nearest(language)
    words = Wording(book)
    rule = next((rule for rule in section.rules if rule.id == alert.rule), None)
    values = _said_once(worded(alert.values, book, words), alert.values)
    over = [f"alerts.what.over_{rule.over}", f"alerts.what.over_{rule.over}_untitled"] if rule else []
    what = ""
    for key in (f"alerts.what.{alert.rule}", *over):
        if key in book and book.names(key) <= values.keys():
            what = book.say(key, **{name: values[name] for name in book.names(key)})
            break
    what = what or "; ".join(values.values())
    own = "" if rule is None else (rule.why_zh if book.language == "zh" else rule.why_en)
    return what, own or book.get(f"alerts.why.{alert.rule}", book["alerts.why.other"])


def _said_once(values: dict[str, str], told: Mapping[str, Any]) -> dict[str, str]:
    """The values without the kind of a record at the head of its title, where registers like to repeat it in their
    language (“开庭公告:甲诉乙”); a head that says more than the kind (“海关行政处罚:…”) takes the kind's place.
    """
    label = (told.get("kind") or ["", ""])[1]
    found = _HEADED.fullmatch(values.get("title", ""))
    if not label.startswith("dimension.") or found is None:
        return values
    head, matter = (part.strip() for part in found.groups())
    labels = {Phrasebook(language).get(f"labels.{label}", "") for language in LANGUAGES}
    if head.casefold() in {label.casefold() for label in labels}:
        return {
            name: matter if name == "title" else said
            for name, said in values.items()
            if matter or name != "title"
        }
    if matter and values["kind"] and head.casefold().endswith(values["kind"].casefold()):
        return values | {"kind": head, "title": matter}
    return values
