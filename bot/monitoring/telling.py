"""What an alert says and why it matters, in either language (预警措辞)."""

from __future__ import annotations

from bot.assistant.wording import Wording
from bot.checks.telling import worded
from prompts.phrasebook import Phrasebook
from store.alerts import Alert
from store.policy.types import AlertsSection


def tell_alert(section: AlertsSection, alert: Alert, language: str) -> tuple[str, str]:
    """(what, why); a rule of the firm's own says why in the policy file, one that is gone by its kind of change."""
    book = Phrasebook.nearest(language)
    words = Wording(book)
    rule = next((rule for rule in section.rules if rule.id == alert.rule), None)
    values = worded(alert.values, book, words)
    what = ""
    for key in (f"alerts.what.{alert.rule}", *([f"alerts.what.over_{rule.over}"] if rule else [])):
        if key in book and book.names(key) <= values.keys():
            what = book.say(key, **{name: values[name] for name in book.names(key)})
            break
    what = what or "; ".join(values.values())
    own = "" if rule is None else (rule.why_zh if book.language == "zh" else rule.why_en)
    return what, own or book.get(f"alerts.why.{alert.rule}", book["alerts.why.other"])
