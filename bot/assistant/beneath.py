"""A question beneath a message of ours (线程提问): it is about the customer, and at times the alert, of that message.

Under an alert "what do they owe us?" names nobody, and "who is dealing with this?" asks about the alert itself. The
same holds for what a command has just shown in a direct message.
"""

from __future__ import annotations

import re
from typing import Any

from bot.assistant.naming import Directory

#: Codes of customers and of alerts, as our messages write them.
_CODE = re.compile(r"(?<![A-Za-z0-9-])[CA]-\d{1,9}(?!\d)")
#: So much of a message says what it is about; what follows may speak of anybody.
_HEAD = 300
#: What is asked about the alert itself, and not about its customer.
_ITSELF = re.compile(
    r"^\W*(?:why|how come|what happened|为什么|为何|怎么回事|什么情况)\W*$"
    r"|\b(?:this|the|that) (?:alert|warning)\b|(?:这|该|此|本)(?:条|个)?(?:预警|告警|警报)"
    r"|\bwho(?:'s| is| has)\b.{0,12}\b(?:on (?:it|this)|handling|dealing with|working on|taken (?:it|this))\b"
    r"|谁(?:在|来)?(?:处理|跟进|负责处理|认领)|处理(?:得)?(?:怎么样|进展|到哪)"
    r"|\b(?:raised|triggered|acknowledged|dismissed|closed|snoozed)\b|触发|(?:确认|关闭|排除)了吗",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]")


def codes_in(message: str) -> tuple[str, ...]:
    """The codes that a message of ours names; none where it is about several customers."""
    found = tuple(dict.fromkeys(_CODE.findall(message)))
    several = sum(code.startswith("C-") for code in found) > 1
    return () if several else found


def reread(text: str, message: str) -> str:
    """A question with the alert in it that it is about; unchanged where it speaks of something else."""
    alert = next((code for code in codes_in(message) if code.startswith("A-")), None)
    if alert is None or alert in text or not _ITSELF.search(text):
        return text
    return f"{alert}的处理经过" if _HAN.search(text) else f"history of {alert}"


def focus_of(message: str, directory: Directory, language: str) -> dict[str, Any]:
    """What a question beneath a message may refer to: its one customer, as if it had been spoken of; else nothing."""
    if not message:
        return {}
    customers = [code for code in codes_in(message) if code.startswith("C-")]
    if not customers and not _CODE.search(message):
        named = {one.code for place in directory.read(message[:_HEAD]).mentions for one in place.customers}
        customers = list(named) if len(named) == 1 else []
    if not customers:
        return {}
    return {"text": customers[0], "language": language, "customers": customers, "topic": "profile"}
