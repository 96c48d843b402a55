"""App Home by role (主页): what is mine to look at and to do.

Pure: the desk reads what this person may see and gives a `HomePage`; a part that is empty of meaning for a role is
None and not drawn. Lists are cut into pages so that a view stays under Slack's 100 blocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.slack.identifiers import Pointer
from bot.slack.views.alert import SHOW_HITS, SIGNS, AlertCard, action_row, moment, state_line
from bot.slack.views.forms import option, plain, select, small, words
from bot.slack.views.limits import BUTTON_TEXT, HEADER_TEXT, VIEW_BLOCKS, cut, escape
from prompts.phrasebook import Phrasebook

#: Entries of each list on one page; with two blocks an alert the whole stays under 100 blocks.
CUSTOMERS_A_PAGE, ALERTS_A_PAGE = 20, 12
CHECKS_SHOWN, UNCHECKED_SHOWN, DECISIONS_SHOWN = 5, 8, 8
#: The ids of Home's own controls.
ASK, TURN, LANGUAGE, DIGEST = "home_ask", "home_turn", "home_language", "home_digest"
ABOUT = "home_about"
#: What the language select and the digest select give for “none chosen”.
AUTOMATIC, NEVER = "auto", "never"
#: What can be asked of a customer from the menu of its line.
ABOUT_WORDS = ("who", "payments", "news", "missing")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that one click asks: its text, the customer's code and the word of the question."""

    text: str
    code: str
    word: str


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """A customer in a list; `notes` are what stands beside its name."""

    code: str
    name: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check that was made."""

    code: str
    customer: CustomerLine
    status: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """What somebody decided about an alert."""

    at: datetime
    who: str
    state: str
    code: str
    customer: str
    reason: str


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """Where the ledger stands."""

    entries: int
    last_at: datetime | None
    questions: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """What one person sees; None: not for this role."""

    name: str
    role: str
    questions: tuple[Suggestion, ...] = ()
    alerts: tuple[AlertCard, ...] | None = None
    #: How many are open by severity.
    open_alerts: Mapping[str, int] | None = None
    customers: tuple[CustomerLine, ...] | None = None
    customer_count: int = 0
    #: How many hits on watch lists wait for a decision.
    waiting_hits: int | None = None
    checks: tuple[CheckLine, ...] | None = None
    unchecked: tuple[CustomerLine, ...] = ()
    unchecked_count: int = 0
    decisions: tuple[DecisionLine, ...] | None = None
    ledger: LedgerLine | None = None
    page: int = 1
    language: str | None = None
    #: The hour of the digest; None: never. Shown where `takes_digest`.
    digest_hour: int | None = None
    takes_digest: bool = False

    @property
    def pages(self) -> int:
        """Pages of the longest list."""
        customers = -(-self.customer_count // CUSTOMERS_A_PAGE) if self.customers is not None else 0
        alerts = -(-sum((self.open_alerts or {}).values()) // ALERTS_A_PAGE) if self.alerts is not None else 0
        return max(1, customers, alerts)


def home_view(page: HomePage, phrases: Phrasebook) -> dict[str, Any]:
    """The view of Home."""
    blocks = [*_greeting(page, phrases)]
    for part in (_decisions, _ledger, _alerts, _hits, _checks, _customers):
        if drawn := part(page, phrases):
            blocks += [{"type": "divider"}, *drawn]
    blocks += _pages(page, phrases)
    blocks += [{"type": "divider"}, *_settings(page, phrases)]
    assert len(blocks) <= VIEW_BLOCKS
    return {"type": "home", "blocks": blocks}


def notice_home(text: str) -> dict[str, Any]:
    """A Home that says one sentence: why there is nothing for this person."""
    return {"type": "home", "blocks": [words(escape(text))]}


def _greeting(page: HomePage, phrases: Phrasebook) -> list[dict[str, Any]]:
    role = phrases[f"slack.role.{page.role}"]
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": plain(phrases.say("home.hello", name=page.name), HEADER_TEXT)},
        words(phrases.say("home.ask", role=role)),
    ]
    if page.questions:
        buttons = [
            {
                "type": "button",
                "action_id": f"{ASK}:{number}",
                "text": plain(each.text, BUTTON_TEXT),
                "value": Pointer(each.code, number, each.word).pack(),
            }
            for number, each in enumerate(page.questions[:6], start=1)
        ]
        blocks.append({"type": "actions", "block_id": "questions", "elements": buttons})
    return blocks


def _alerts(page: HomePage, phrases: Phrasebook) -> list[dict[str, Any]]:
    if page.alerts is None:
        return []
    counts = page.open_alerts or {}
    told = " · ".join(
        f"{sign} {phrases[f'slack_alerts.severity.{name}']} {counts.get(name, 0)}"
        for name, sign in SIGNS.items()
    )
    blocks = [_heading(phrases["home.alerts"]), small(told)]
    if not page.alerts and page.page == 1:
        blocks.append(words(phrases["home.no_alerts"]))
    for card in page.alerts[:ALERTS_A_PAGE]:
        line = phrases.say(
            "home.alert",
            sign=SIGNS.get(card.severity, ""),
            code=card.code,
            name=escape(cut(card.customer, 90)),
            what=escape(cut(card.what, 300)),
            state=state_line(card, phrases),
        )
        blocks += [words(line), action_row(card, phrases)]
    return blocks


def _hits(page: HomePage, phrases: Phrasebook) -> list[dict[str, Any]]:
    if not page.waiting_hits:
        return []
    button = {
        "type": "button",
        "action_id": SHOW_HITS,
        "text": plain(phrases["slack_screening.home.show"], BUTTON_TEXT),
        "value": Pointer("waiting", 0, "show").pack(),
    }
    told = phrases.count("slack_screening.home.waiting", page.waiting_hits)
    return [_heading(phrases["slack_screening.home.heading"]), words(told) | {"accessory": button}]


def _checks(page: HomePage, phrases: Phrasebook) -> list[dict[str, Any]]:
    if page.checks is None:
        return []
    blocks = [_heading(phrases["home.checks"])]
    lines = [
        phrases.say(
            "home.check",
            code=check.code,
            name=escape(cut(check.customer.name, 90)),
            status=phrases[f"home.status.{check.status}"],
            when=moment(check.made_at, phrases),
        )
        for check in page.checks[:CHECKS_SHOWN]
    ]
    blocks.append(words("\n".join(lines) if lines else phrases["home.no_checks"]))
    if page.unchecked_count:
        blocks.append(small(phrases.count("home.unchecked", page.unchecked_count)))
    for number, customer in enumerate(page.unchecked[:UNCHECKED_SHOWN], start=1):
        button = {
            "type": "button",
            "action_id": f"check_pick:{number}",
            "text": plain(phrases["home.check_now"], BUTTON_TEXT),
            "value": Pointer(customer.code, 0, "pick").pack(),
        }
        blocks.append(words(_customer(customer)) | {"accessory": button})
    return blocks


def _customers(page: HomePage, phrases: Phrasebook) -> list[dict[str, Any]]:
    if page.customers is None:
        return []
    blocks = [_heading(phrases.say("home.customers", count=page.customer_count))]
    if not page.customer_count:
        blocks.append(words(phrases["home.no_customers"]))
    for customer in page.customers[:CUSTOMERS_A_PAGE]:
        menu = {
            "type": "overflow",
            "action_id": ABOUT,
            "options": [
                option(phrases[f"home.about.{word}"], Pointer(customer.code, 0, word).pack())
                for word in ABOUT_WORDS
            ],
        }
        blocks.append(words(_customer(customer)) | {"accessory": menu})
    return blocks


def _decisions(page: HomePage, phrases: Phrasebook) -> list[dict[str, Any]]:
    if page.decisions is None:
        return []
    lines = []
    for each in page.decisions[:DECISIONS_SHOWN]:
        line = phrases.say(
            "home.decision",
            when=moment(each.at, phrases),
            who=escape(cut(each.who, 60)),
            state=phrases[f"slack_alerts.word.{each.state}"],
            code=each.code,
            name=escape(cut(each.customer, 80)),
        )
        lines.append(f"• {line}" + (f"\n    _{escape(cut(each.reason, 150))}_" if each.reason else ""))
    shown = "\n".join(lines) if lines else phrases["home.no_decisions"]
    return [_heading(phrases["home.decisions"]), words(shown)]


def _ledger(page: HomePage, phrases: Phrasebook) -> list[dict[str, Any]]:
    if page.ledger is None:
        return []
    told = phrases.say(
        "home.ledger_state",
        entries=f"{page.ledger.entries:,}",
        when=moment(page.ledger.last_at, phrases),
        questions=f"{page.ledger.questions:,}",
    )
    return [_heading(phrases["home.ledger"]), words(told)]


def _pages(page: HomePage, phrases: Phrasebook) -> list[dict[str, Any]]:
    if page.pages == 1:
        return []
    # A list may have become shorter than the page that one stands on.
    turns = [("earlier", min(page.page - 1, page.pages)), ("later", page.page + 1)]
    buttons = [
        {
            "type": "button",
            "action_id": f"{TURN}:{number}",
            "text": plain(phrases[f"home.{word}"], BUTTON_TEXT),
            "value": Pointer("", number, "turn").pack(),
        }
        for word, number in turns
        if 1 <= number <= page.pages
    ]
    where = phrases.say("home.page", number=page.page, pages=page.pages)
    return [small(where), {"type": "actions", "block_id": "pages", "elements": buttons}]


def _settings(page: HomePage, phrases: Phrasebook) -> list[dict[str, Any]]:
    languages = [option(phrases[f"home.language.{each}"], each) for each in (AUTOMATIC, "zh", "en")]
    chooser = select(
        LANGUAGE, languages, placeholder=phrases["home.language.label"], initial=page.language or AUTOMATIC
    )
    blocks = [
        _heading(phrases["home.settings"]),
        words(phrases["home.language.label"]) | {"accessory": chooser},
    ]
    if page.takes_digest:
        hours = [option(phrases["home.digest.never"], NEVER)]
        hours += [option(f"{hour:02d}:00", str(hour)) for hour in range(24)]
        chosen = NEVER if page.digest_hour is None else str(page.digest_hour)
        clock = select(DIGEST, hours, placeholder=phrases["home.digest.label"], initial=chosen)
        blocks.append(words(phrases["home.digest.label"]) | {"accessory": clock})
    blocks.append(small(phrases["home.foot" if page.checks is None else "home.foot_checks"]))
    return blocks


def _heading(text: str) -> dict[str, Any]:
    return {"type": "header", "text": plain(text, HEADER_TEXT)}


def _customer(customer: CustomerLine) -> str:
    notes: Sequence[str] = [escape(cut(note, 80)) for note in customer.notes if note]
    return f"*{escape(cut(customer.name, 120))}* · {customer.code}" + (
        "\n" + " · ".join(notes) if notes else ""
    )
