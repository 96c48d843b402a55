"""Alerts at the surface with everything real behind them: news, rules, record, rounds, clicks, Home, and no leak."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from bot.monitoring.rounds import Rounds
from bot.monitoring.watch import Watch
from bot.slack.identifiers import Pointer
from bot.slack.views.alert_forms import CHOICE, DISMISS, WORDS
from knowledge.passages.preparing import NewDocument
from store.access import FieldClass
from store.evidence import Tier

SALES, RISK, HE, COMPLIANCE, GUEST = "U01SALES", "U01RISK", "U02RISK", "U01COMPL", "U01GUEST"


def news(surface: Any, name: str, text: str) -> None:
    """A document comes into the library."""
    document = NewDocument(
        name=f"{name}.txt",
        source="Weser Courier",
        title=text.split(".")[0],
        text=text,
        published="2026-11-20",
        tier=Tier.MEDIA,
        field_class=FieldClass.PUBLIC,
    )
    surface.house.library.add_many([document])


def look(surface: Any) -> list[dict[str, Any]]:
    """The worker looks at what changed and goes its round; the messages that come of it."""
    house = surface.house
    before = {each["id"] for each in surface.outgoing()}
    Watch(house.databases, policy=house.policy, clock=house.clock).look()
    Rounds(
        house.databases,
        house.surface.alert_board,
        house.surface.places,
        house.surface.alert_book.digest,
        policy=house.policy,
        clock=house.clock,
    ).go()
    return [each for each in surface.outgoing() if each["id"] not in before]


def code_in(message: dict[str, Any]) -> str:
    """The code of the alert that a message shows."""
    row = next(block for block in message["payload"]["blocks"] if block["type"] == "actions")
    return str(json.loads(row["elements"][0]["value"])["a"])


@pytest.fixture(scope="module")
def posted(surface: Any) -> list[dict[str, Any]]:
    """The messages of the alert that an insolvency raised."""
    look(surface)
    news(
        surface,
        "insolvency",
        "Insolvency proceedings opened against Nordhafen Maschinenbau GmbH. The Bremen district court opened "
        "insolvency proceedings against Nordhafen Maschinenbau GmbH on 20 November 2026.",
    )
    return [each for each in look(surface) if each["key"].startswith("alert:")]


def test_an_insolvency_goes_to_the_channel_and_to_those_whom_policy_names(
    posted: list[dict[str, Any]],
) -> None:
    assert {each["channel"] for each in posted} == {"C01RISK", RISK, HE}
    for each in posted:
        head = each["payload"]["blocks"][0]["text"]["text"]
        assert head.startswith("🔴 高风险 · A-") and "Nordhafen Maschinenbau GmbH" in head


def press(surface: Any, user: str, code: str, word: str, **place: Any) -> list[dict[str, Any]]:
    """Click at the alert; what leaves for it."""
    surface.deliver()
    surface.send(surface.click(user, f"alert_{word}", Pointer(code, 0, word).pack(), **place))
    return surface.work()


def updates(messages: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The messages that are drawn again, by channel."""
    return {each["channel"]: each["payload"] for each in messages if each["method"] == "chat.update"}


def told(messages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Who is told what about their click."""
    return [
        (each["payload"].get("user", each["channel"]), each["payload"]["text"])
        for each in messages
        if each["key"].startswith("whisper:")
    ]


def test_a_click_acts_once_and_every_message_is_drawn_again(
    surface: Any, posted: list[dict[str, Any]]
) -> None:
    code = code_in(posted[0])
    surface.deliver()
    body = surface.click(RISK, "alert_acknowledge", Pointer(code, 0, "acknowledge").pack())
    assert surface.send(body) == (200, 1)
    assert surface.send(body) == (200, 0)
    # `work` hands every arrival over twice, as a worker that died would.
    messages = surface.work()
    assert updates(messages).keys() == {"C01RISK", RISK, HE}
    assert told(messages) == []
    for payload in updates(messages).values():
        shown = json.dumps(payload, ensure_ascii=False)
        assert "alert_acknowledge" not in shown and "林国栋 已确认" in shown


def test_a_second_click_is_told_who_was_first(surface: Any, posted: list[dict[str, Any]]) -> None:
    messages = press(surface, HE, code_in(posted[0]), "acknowledge")
    assert updates(messages) == {}
    ((user, text),) = told(messages)
    assert user == HE and "林国栋" in text and "没有改变" in text


def test_two_take_it_at_the_same_moment_and_one_has_it(surface: Any, posted: list[dict[str, Any]]) -> None:
    code, house = code_in(posted[0]), surface.house
    surface.deliver()
    for user in (RISK, HE):
        surface.send(surface.click(user, "alert_take", Pointer(code, 0, "take").pack()))
    waiting = [each.id for each in house.inbox.unqueued(10)]
    before = {each["id"] for each in surface.outgoing()}
    both = [threading.Thread(target=house.surface.arrivals.handle, args=(identity,)) for identity in waiting]
    for each in both:
        each.start()
    for each in both:
        each.join()
    for identity in waiting:
        house.inbox.finish(identity, house.clock)
    messages = [each for each in surface.outgoing() if each["id"] not in before]
    # Taking over from a colleague is allowed, so both acts count; the last one has it, and everybody sees who.
    assert updates(messages).keys() == {"C01RISK", RISK, HE} and told(messages) == []
    shown = {payload["blocks"][-2]["elements"][-1]["text"] for payload in updates(messages).values()}
    assert len(shown) == 1
    assert len([name for name in ("林国栋", "何静妍") if name in next(iter(shown))]) == 1


def test_sales_and_guests_who_click_change_nothing_and_learn_nothing(
    surface: Any, posted: list[dict[str, Any]]
) -> None:
    code = code_in(posted[0])
    for user in (SALES, GUEST):
        for word in ("acknowledge", "take", "snooze", "check", "show"):
            messages = press(surface, user, code, word)
            assert updates(messages) == {}
            shown = json.dumps([each["payload"] for each in messages], ensure_ascii=False)
            assert "Nordhafen" not in shown and code not in shown
    for user in (SALES, GUEST):
        surface.send(surface.submit(user, DISMISS, {CHOICE: "select:known"}, Pointer(code).pack()))
        assert updates(surface.work()) == {}


def test_the_source_opens_for_risk_alone(surface: Any, posted: list[dict[str, Any]]) -> None:
    from bot.slack.sources import SourceDesk

    house = surface.house
    sources = SourceDesk(
        house.databases,
        lambda: house.library,
        house.surface.directory,
        clock=house.clock,
        shelves=house.surface.desks.shelves,
    )

    def opened(user: str) -> str:
        view = sources.open(Pointer(code_in(posted[0]), 1), team="T01BONAFIDE", user=user, channel="C01RISK")
        return json.dumps(view, ensure_ascii=False)

    assert "Bremen district court" in opened(RISK) and "Bremen district court" in opened(COMPLIANCE)
    for user in (SALES, GUEST):
        assert "Bremen" not in opened(user)


def test_more_of_the_same_story_grows_the_alert_and_says_nothing_new(
    surface: Any, posted: list[dict[str, Any]]
) -> None:
    news(
        surface,
        "again",
        "Insolvency proceedings of Nordhafen Maschinenbau GmbH go on. Insolvency proceedings against Nordhafen "
        "Maschinenbau GmbH, opened on 20 November 2026, concern eleven million euros, the administrator said.",
    )
    assert not [
        each for each in look(surface) if each["method"] == "chat.postMessage" and "alert:" in each["key"]
    ]


def test_home_of_risk_shows_it_and_home_of_sales_nothing(surface: Any, posted: list[dict[str, Any]]) -> None:
    code = code_in(posted[0])

    def home(user: str, event: str) -> str:
        surface.send(
            {
                "type": "event_callback",
                "team_id": "T01BONAFIDE",
                "event_id": event,
                "event": {"type": "app_home_opened", "user": user, "channel": "D01", "tab": "home"},
            }
        )
        views = [each["payload"] for each in surface.work() if each["method"] == "views.publish"]
        return json.dumps(views[-1]["view"], ensure_ascii=False)

    assert code in home(RISK, "EvAlertHome1") and "insolvency" not in home(SALES, "EvAlertHome2")
    shown = home(SALES, "EvAlertHome3")
    for word in ("alert_", "A-", "预警", "高风险", "🔴", "核查"):
        assert word not in shown.replace("C-", ""), word


def test_a_dismissal_needs_its_reason_and_ends_it_everywhere(
    surface: Any, posted: list[dict[str, Any]]
) -> None:
    code = code_in(posted[0])
    form = surface.submit(
        COMPLIANCE, DISMISS, {CHOICE: "select:not_ours", WORDS: "the one in Kiel"}, Pointer(code).pack()
    )
    surface.deliver()
    assert surface.send(form) == (200, 1)
    messages = surface.work()
    assert updates(messages).keys() == {"C01RISK", RISK, HE}
    for payload in updates(messages).values():
        assert len(payload["blocks"]) <= 3
        assert "the one in Kiel" in json.dumps(payload, ensure_ascii=False)
    # A click on the message as it was yesterday is explained.
    ((user, text),) = told(press(surface, RISK, code, "acknowledge"))
    assert user == RISK and "已排除" in text and "Maria Keller" in text


def test_its_end_is_on_the_home_of_compliance_and_in_its_history(
    surface: Any, posted: list[dict[str, Any]]
) -> None:
    house, code = surface.house, code_in(posted[0])
    from store.engine import reading

    with reading(house.databases.read) as connection:
        (last, *_) = house.surface.alert_book.decisions(connection, limit=5)
        steps = house.surface.alert_book.steps(connection, code, "en")
    assert (last.code, last.who, last.state) == (code, "Maria Keller", "dismissed")
    words = [step.what for step in steps]
    assert words[0] == "opened" and words[-1] == "dismissed" and "acknowledged" in words
