"""Screening in Slack: who may hear of a hit, what the card says, what clicks do, and that two people clear one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bolt import BoltRequest

from bot.slack.asked import read_asked
from bot.slack.identifiers import OPENING, Pointer, unpack
from bot.slack.views.screening import BUTTONS, MENU, SHOWN, HitLine, HitsCard, ListLine, Reason, hits_message
from bot.slack.views.screening_forms import FORMS, WORDS, WORDS_BLOCK, history_page, reason_form
from bot.slack.wishes import read_screening_wish
from bot.workspace.blocks import check_blocks, check_view
from prompts.phrasebook import Phrasebook
from store.engine import reading
from store.hits import WAITING, Hits
from store.schema.ledger import ledger

SALES, RISK, HE, COMPLIANCE = "U01SALES", "U01RISK", "U02RISK", "U01COMPL"
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TEXT = st.sampled_from(["", "a", "<@U1>&", "裁" * 900, "&" * 700])
LIST = """id,name,kind,birth_date,nationality,programme
W-1,Hinrich Petersen-Brandt,person,,DE,made up for the tests
W-2,Wiebke Petersen Brandt,person,1962-03-04,AT,made up for the tests
W-3,泠舟纺机有限公司,organisation,,CN,made up for the tests
"""


@st.composite
def cards(draw: st.DrawFn) -> HitsCard:
    reasons = st.lists(st.builds(Reason, TEXT, TEXT, TEXT), max_size=2).map(tuple)
    hits = st.builds(
        HitLine,
        code=st.just("H-999999"),
        state=st.sampled_from(list(BUTTONS)),
        ours=TEXT,
        roles=st.lists(TEXT, max_size=12).map(tuple),
        list=TEXT,
        version=st.integers(1, 9999),
        entry=TEXT,
        entry_name=TEXT,
        matched=TEXT,
        score=st.floats(0, 1),
        because=reasons,
        against=reasons,
        customer=TEXT,
        customer_code=st.just("C-1001"),
        by=st.none() | TEXT,
        at=st.none() | st.just(AT),
        reason=TEXT,
    )
    lists = st.lists(st.builds(ListLine, TEXT, st.integers(1, 99), st.just("2026-11-20"), st.booleans()))
    return HitsCard(
        kind=draw(st.sampled_from(["screening", "customer", "waiting"])),
        code="S-99999",
        name=draw(TEXT),
        hits=tuple(
            replace(hit, code=f"H-9999{place}") for place, hit in enumerate(draw(st.lists(hits, max_size=2)))
        ),
        count=draw(st.integers(0, 5000)),
        start=draw(st.integers(0, 400)),
        lists=tuple(draw(lists)),
        subjects=3,
        compared=draw(st.integers(0, 10**12)),
        made_at=AT,
        owned=tuple(draw(st.lists(st.tuples(st.booleans(), TEXT), max_size=9))),
    )


@pytest.mark.parametrize("language", ["en", "zh"])
@settings(max_examples=25)
@given(card=cards())
def test_no_card_breaks_a_limit_or_calls_anybody(language: str, card: HitsCard) -> None:
    message = hits_message(card, Phrasebook(language))
    check_blocks(message["blocks"], surface="message")
    assert 0 < len(message["text"]) <= 3000
    assert len(json.dumps(message["blocks"], ensure_ascii=False)) > 0
    for block in message["blocks"]:
        for part in [block.get("text"), *block.get("elements", [])]:
            if isinstance(part, dict) and part.get("type") == "mrkdwn":
                assert "<" not in part["text"].replace("<!date^", "")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("state", list(BUTTONS))
def test_a_full_card_of_the_longest_hits_fits(language: str, state: str) -> None:
    long = "&裁" * 900
    reasons = tuple(Reason(long, long, long) for _ in range(9))
    hit = HitLine(
        *(
            "H-1",
            state,
            long,
            (long,) * 5,
            long,
            9,
            long,
            long,
            long + "x",
            0.7,
            reasons,
            reasons,
            long,
            "C-1",
        ),
        by=long,
        at=AT,
        reason=long,
    )
    hits = tuple(replace(hit, code=f"H-{place}") for place in range(SHOWN))
    lists = tuple(ListLine(long, 1, "2026-11-20") for _ in range(30))
    owned = ((True, long),) * 9
    for kind in ("screening", "customer", "waiting"):
        card = HitsCard(kind, "S-1", long, hits, 900, 8, lists, 9, 10**9, AT, owned)
        check_blocks(hits_message(card, Phrasebook(language))["blocks"], surface="message")


@pytest.mark.parametrize("language", ["en", "zh"])
@settings(max_examples=25)
@given(card=cards())
def test_no_form_breaks_a_limit(language: str, card: HitsCard) -> None:
    phrases = Phrasebook(language)
    for hit in card.hits[:1]:
        for verdict in FORMS:
            check_view(reason_form(verdict, hit, phrases, needs_two=True), ("modal",))
        check_view(history_page(hit, [], phrases), ("modal",))


def test_every_click_on_a_hit_opens_a_form_or_acts() -> None:
    words = {word for table in (BUTTONS, MENU) for each in table.values() for word in each}
    opening = {word for desk, word in OPENING if desk == "screening"}
    assert words - opening == {"confirm"}


def test_details_begin_with_a_kind_or_a_date() -> None:
    assert read_asked("Li Wei, person, 1970-05-02, CN").places == ("CN",)
    assert read_asked("Foo Trading Co., Ltd.").name == "Foo Trading Co., Ltd."
    firm = read_asked("Foo Trading Co., Ltd., company, 91310000MA1FL0001X")
    assert (firm.name, firm.kind, firm.identifiers) == (
        "Foo Trading Co., Ltd.",
        "organisation",
        ("91310000MA1FL0001X",),
    )
    assert read_asked("李伟，个人，1970").birth_date == "1970"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("screen Nordhafen please", "Nordhafen"),
        ("请筛查泠舟纺机", "泠舟纺机"),
        ("筛查一下 恒岳科技", "恒岳科技"),
        ("Which customers were screened?", None),
        ("筛查过哪些客户", None),
        ("Who is Nordhafen", None),
    ],
)
def test_a_message_may_ask_for_a_screening(text: str, name: str | None) -> None:
    assert read_screening_wish(text) == name


@pytest.fixture(scope="module")
def listed(surface: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The surface with a list of the firm's own: an owner of Nordhafen, a namesake, and Lingzhou."""
    path: Path = tmp_path_factory.mktemp("lists") / "house.csv"
    path.write_text(LIST, encoding="utf-8")
    surface.house.lists.load("house", [path], "house", actor="test")
    return surface


def actions(message: dict[str, Any]) -> dict[str, Any]:
    """The values of all buttons and menus of a message by the word that they mean, and the code."""
    found: dict[str, Any] = {}
    for block in message["blocks"]:
        for each in [*block.get("elements", []), block.get("accessory", {})]:
            for value in [each.get("value"), *(entry["value"] for entry in each.get("options", []))]:
                if (pointer := unpack(value)) is not None:
                    found[f"{pointer.code} {pointer.choice}"] = value
    return found


def shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def screen(surface: Any, user: str, text: str) -> list[dict[str, Any]]:
    surface.send(surface.command(user, text))
    sent = surface.work()
    surface.deliver()
    return sent


@pytest.mark.parametrize(
    "text", ["screen Nordhafen Maschinenbau GmbH", "筛查泠舟纺机有限公司", "screen Nobody At All"]
)
def test_sales_hear_the_same_sentence_whether_there_are_hits_or_not(listed: Any, text: str) -> None:
    (sent,) = screen(listed, SALES, text)
    assert sent["channel"] == SALES
    assert sent["payload"]["text"] in (
        Phrasebook("en")["slack_screening.said.not_you"],
        Phrasebook("zh")["slack_screening.said.not_you"],
    )
    assert "blocks" not in sent["payload"]


def test_a_customer_is_screened_with_those_behind_it_and_the_asker_hears_alone(listed: Any) -> None:
    (sent,) = screen(listed, COMPLIANCE, "screen Nordhafen Maschinenbau GmbH")
    assert sent["channel"] == COMPLIANCE and sent["method"] == "chat.postMessage"
    told = shown(sent["payload"]["blocks"])
    assert "Hinrich Petersen-Brandt" in told and "W-1" in told and "house" in told
    assert "51 %" in told, "the limit of ownership that the listed owner would reach"
    check_blocks(sent["payload"]["blocks"], surface="message")


def test_nothing_found_is_said_of_lists_and_versions_and_never_as_clean(listed: Any) -> None:
    (sent,) = screen(listed, COMPLIANCE, "screen Qwertz Uiop Asdfg")
    told = shown(sent["payload"]["blocks"])
    assert "No hit on " in told and "house version 1 (" in told and "clean" not in told.lower()
    assert "1 name with its spellings" in told


def test_in_chinese_the_name_stands_glued_to_the_word(listed: Any) -> None:
    (sent,) = screen(listed, RISK, "筛查泠舟纺机有限公司")
    told = shown(sent["payload"]["blocks"])
    assert "名单筛查" in told and "第1版" in told and "W-3" in told


def test_what_is_no_name_gets_a_sentence(listed: Any) -> None:
    for text in ("screen", "screen ???", "screen , , ,", "screen \u202e\u0000"):
        (sent,) = screen(listed, COMPLIANCE, text)
        assert "blocks" not in sent["payload"] and sent["payload"]["text"]
    (wrong,) = screen(listed, COMPLIANCE, "screen Li Wei, person, 1970-99-99")
    assert "1970-99-99" in wrong["payload"]["text"]


def hit_of(surface: Any, entry: str) -> Any:
    with reading(surface.house.databases.read) as connection:
        return next(hit for hit in Hits(connection).listed() if hit.entry == entry)


def decide(surface: Any, user: str, code: str, verdict: str, why: str) -> list[dict[str, Any]]:
    surface.send(surface.submit(user, FORMS[verdict], {WORDS: why}, Pointer(code, 0, verdict).pack()))
    sent: list[dict[str, Any]] = surface.work()
    surface.deliver()
    return sent


def test_a_reason_is_required(listed: Any) -> None:
    code = hit_of(listed, "W-1").code
    status, written = listed.send(
        listed.submit(RISK, FORMS["true"], {WORDS: "  "}, Pointer(code, 0, "true").pack())
    )
    assert (status, written) == (200, 0)
    assert listed.work() == [] and hit_of(listed, "W-1").state.value == "open"


def test_others_decide_nothing(listed: Any) -> None:
    hit = hit_of(listed, "W-1")
    sent = decide(listed, SALES, hit.code, "false", "not him")
    not_you = [Phrasebook(language)["slack_screening.said.not_you"] for language in ("en", "zh")]
    assert [each["payload"]["text"] in not_you for each in sent] == [True]
    assert hit_of(listed, "W-1").state == hit.state
    listed.send(listed.click(SALES, "screening_confirm:1", Pointer(hit.code, 1, "confirm").pack()))
    (told,) = listed.work()
    assert told["method"] == "chat.postEphemeral" and "blocks" not in told["payload"]


def test_two_people_clear_a_likely_hit_and_every_message_shows_it(listed: Any) -> None:
    hit = hit_of(listed, "W-1")
    assert hit.score >= 8000 and hit.state.value == "open"
    screen(listed, RISK, "screen Nordhafen Maschinenbau GmbH")
    sent = decide(listed, RISK, hit.code, "false", "another man: born 1931, died 2004")
    assert hit_of(listed, "W-1").state.value == "proposed"
    drawn = [each for each in sent if each["method"] == "chat.update"]
    assert {each["channel"] for each in drawn} == {COMPLIANCE, RISK}, "wherever it is shown"
    for each in drawn:
        assert f"{hit.code} confirm" in actions(each["payload"])
        assert "1931" in shown(each["payload"])
    told = [each["payload"]["text"] for each in sent if each["method"] == "chat.postMessage"]
    assert len(told) == 1 and hit.code in told[0]

    # Whoever proposed cannot confirm, and hears why.
    click = Pointer(hit.code, 1, "confirm").pack()
    listed.send(listed.click(RISK, "screening_confirm:1", click))
    (refused,) = listed.work()
    assert refused["method"] == "chat.postEphemeral"
    assert hit_of(listed, "W-1").state.value == "proposed"

    listed.send(listed.click(HE, "screening_confirm:1", click))
    sent = listed.work()
    listed.deliver()
    assert hit_of(listed, "W-1").state.value == "false"
    assert {each["channel"] for each in sent if each["method"] == "chat.update"} == {COMPLIANCE, RISK}
    assert all(
        f"{hit.code} confirm" not in actions(each["payload"])
        for each in sent
        if each["method"] == "chat.update"
    )

    # The same again is explained and changes nothing; it is in the ledger once.
    (late,) = decide(listed, COMPLIANCE, hit.code, "false", "the same")
    assert "何静妍" in late["payload"]["text"] or "already" in late["payload"]["text"]
    with reading(listed.house.databases.read) as connection:
        rows = connection.execute(ledger.select().where(ledger.c.subject == hit.code)).all()
    assert [row.action for row in rows if row.action in ("hit.decided", "hit.confirmed")] == [
        "hit.decided",
        "hit.confirmed",
    ]


def test_a_true_match_needs_one_person_and_makes_ownership_certain(listed: Any) -> None:
    hit = hit_of(listed, "W-1")
    sent = decide(listed, COMPLIANCE, hit.code, "true", "the passport number is his")
    assert hit_of(listed, "W-1").state.value == "true"
    drawn = [each for each in sent if each["method"] == "chat.update"]
    assert drawn and all("🔴 " in shown(each["payload"]) for each in drawn)


def mention(surface: Any, user: str, channel: str, text: str) -> list[dict[str, Any]]:
    """@Bonafide in a channel."""
    number = next(surface.numbers)
    event = {
        "type": "app_mention",
        "user": user,
        "text": f"<@U0BONAFIDE> {text}",
        "channel": channel,
        "ts": f"17000009{number:02d}.000100",
        "channel_type": "channel",
    }
    body = {"type": "event_callback", "team_id": "T01BONAFIDE", "event_id": f"Ev-m{number}", "event": event}
    surface.send(body)
    return list(surface.work())


def test_in_a_channel_it_is_said_only_where_everybody_may_hear_it(listed: Any) -> None:
    (there,) = mention(listed, RISK, "C01RISK", "筛查泠舟纺机有限公司")
    assert (
        there["channel"] == "C01RISK" and "W-3" in shown(there["payload"]) and there["payload"]["thread_ts"]
    )
    sent = mention(listed, RISK, "C01SALES", "筛查泠舟纺机有限公司")
    assert {each["channel"] for each in sent if "W-3" in shown(each["payload"])} == {RISK}
    refused = mention(listed, SALES, "C01SALES", "筛查泠舟纺机有限公司")
    assert [each["channel"] for each in refused] == [SALES] and "blocks" not in refused[0]["payload"]
    listed.deliver()


def test_what_a_list_changes_is_drawn_again_too(listed: Any, tmp_path: Path) -> None:
    """An entry that leaves its list closes the hit, and the messages that show it say so in the next round."""

    class Jobs(list[str]):
        def enqueue(self, name: str, identity: str, *, queue: str = "", connection: Any = None) -> None:
            self.append(identity)

    house = listed.house
    path = tmp_path / "house.csv"
    path.write_text("\n".join(LIST.splitlines()[:3]) + "\n", encoding="utf-8")
    house.lists.load("house", [path], "house", actor="test", accept="for the test")
    jobs = Jobs()
    house.rescreening.look(jobs)
    for job in jobs:
        house.rescreening.run(job)
    assert hit_of(listed, "W-3").state.value == "closed"
    before = len(listed.outgoing())
    house.surface.screening_board.catch_up(house.databases)
    drawn = listed.outgoing()[before:]
    assert drawn and all(each["method"] == "chat.update" for each in drawn)
    house.surface.screening_board.catch_up(house.databases)
    assert len(listed.outgoing()) == before + len(drawn)


def test_the_hits_that_wait_are_shown_to_whoever_may_read_them(listed: Any) -> None:
    value = Pointer("waiting", 0, "show").pack()
    for user, is_shown in ((COMPLIANCE, True), (SALES, False)):
        listed.send(listed.click(user, "screening_show", value))
        (sent,) = listed.work()
        assert ("blocks" in sent["payload"]) is is_shown
        assert ("H-" in shown(sent["payload"])) is is_shown


def test_sales_hear_of_no_hit_in_help_home_or_channel(listed: Any) -> None:
    response = listed.app.dispatch(BoltRequest(mode="socket_mode", body=listed.command(SALES, "help")))
    assert "Bonafide" in response.body and "screen" not in response.body and "筛查" not in response.body
    home = shown(opened(listed, SALES))
    assert "hit" not in home.lower() and "命中" not in home and "screening" not in home
    channels = {each["channel"] for each in listed.outgoing() if "screening_" in shown(each["payload"])}
    assert channels and channels <= {RISK, HE, COMPLIANCE, "C01RISK"}, (
        "the channel of risk may hear suspicion"
    )


def test_home_of_compliance_says_how_many_hits_wait_and_one_click_shows_them(listed: Any) -> None:
    with reading(listed.house.databases.read) as connection:
        waiting = Hits(connection).count(WAITING)
    assert waiting
    home = opened(listed, COMPLIANCE)
    assert f"{waiting} hit" in shown(home)
    (value,) = [value for name, value in actions(home).items() if name == "waiting show"]
    listed.send(
        listed.click(COMPLIANCE, "screening_show", value, channel={}, message={}, container={"type": "view"})
    )
    (sent,) = listed.work()
    assert sent["channel"] == COMPLIANCE and "screening_" in shown(sent["payload"])


def opened(surface: Any, user: str) -> dict[str, Any]:
    """Home as it is published after this person has opened it."""
    event = {"type": "app_home_opened", "tab": "home", "user": user, "channel": "D1"}
    body = {
        "type": "event_callback",
        "team_id": "T01BONAFIDE",
        "event_id": f"Ev-{user}",
        "event": event,
    }
    assert surface.send(body) == (200, 1)
    views = [each["payload"]["view"] for each in surface.work() if each["method"] == "views.publish"]
    assert views
    return dict(views[-1])


def test_words_block_is_where_the_objection_stands() -> None:
    hit = HitLine("H-1", "open", "a", (), "house", 1, "W-1", "b", "b", 0.9)
    blocks = reason_form("true", hit, Phrasebook("en"))["blocks"]
    assert [each["block_id"] for each in blocks if each["type"] == "input"] == [WORDS_BLOCK]
