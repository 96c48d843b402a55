"""Choosing the customer that is meant: a select in a message or a modal, and the form when nobody was named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from bot.slack.identifiers import Pointer
from bot.slack.views.forms import ask, form, option, select, small, words
from bot.slack.views.limits import cut, escape
from prompts.phrasebook import Phrasebook

if TYPE_CHECKING:
    from bot.slack.finding import Candidate

#: The message shortcut, and the modal that it opens.
CHECK_COMPANY = "check_company"
#: The select with the customer, in the modal and in a message.
CUSTOMER, PICK = "check_customer", "check_pick"
#: The block that an objection to the customer stands at.
CUSTOMER_BLOCK = "customer"
#: Characters of the message that are shown again.
_QUOTED = 300


def company_options(candidates: Iterable[Candidate]) -> list[dict[str, Any]]:
    """Customers as the options of a select; the code tells namesakes apart."""
    return [option(f"{each.name} · {each.code}", Pointer(each.code, 0, "pick").pack()) for each in candidates]


def pick_message(text: str, candidates: Iterable[Candidate], phrases: Phrasebook) -> dict[str, Any]:
    """A message that asks which customer was meant by these words."""
    question = phrases.say("slack.company.which", name=escape(cut(text, 100)))
    chooser = select(PICK, company_options(candidates), placeholder=phrases["slack.company.choose"])
    return {
        "text": question,
        "blocks": [words(question), {"type": "actions", "block_id": "pick", "elements": [chooser]}],
    }


def company_form(said: str, candidates: Iterable[Candidate], phrases: Phrasebook) -> dict[str, Any]:
    """The modal of the shortcut: those whom the message may name, or a field that finds any customer."""
    options = company_options(candidates)
    shown = " ".join(said.split())
    blocks = [small(f"> {escape(cut(shown, _QUOTED))}")] if shown else []
    if options:
        chooser = select(CUSTOMER, options, placeholder=phrases["slack.company.choose"])
        label = phrases["slack.company.several"]
    else:
        chooser = {
            "type": "external_select",
            "action_id": CUSTOMER,
            "min_query_length": 1,
            "placeholder": {"type": "plain_text", "text": phrases["slack.company.type"]},
        }
        label = phrases["slack.company.nobody"] if shown else phrases["slack.company.any"]
    blocks.append(ask(CUSTOMER_BLOCK, label, chooser))
    return form(
        CHECK_COMPANY,
        phrases["slack.company.heading"],
        blocks,
        phrases,
        submit=phrases["slack.company.check"],
    )
