"""Questions about watch lists: hits, why they were cleared, which version was compared; others hear of none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.assistant.answer import Answer, Question
from bot.assistant.screening.wishes import About, read_wish
from bot.commands.viewing import viewer_of
from store.access import Viewer
from store.identity import new_id

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LIST = """id,name,aliases,kind,birth_date,nationality
L1,沈砚秋,Shen Yanqiu,person,1979,CN
L2,Nordhafen Maschinenbau GmbH,,organisation,,
"""


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The made-up portfolio, with two customers screened against a list of one's own; one hit was cleared."""
    from bot.assembly import build
    from bot.demo.loading import load_portfolio
    from bot.settings import Settings

    home: Path = tmp_path_factory.mktemp("screened")
    house = build(Settings(home=home, now=NOW))
    load_portfolio(house, home / "portfolio", today=date(2026, 11, 21))
    path = home / "own.csv"
    path.write_text(LIST, encoding="utf-8")
    house.lists.load("house", [path], "ours", actor="cli:test")
    directory = house.library.names().legal
    risk = viewer_of(house, "risk", "private")
    person = Viewer("lin.guodong@demo.example", risk.role, risk.audience, risk.rights)
    for name in ("苏州允棠精密机械有限公司", "Nordhafen Maschinenbau GmbH"):
        (identity,) = [key for key, legal in directory.items() if legal.name == name]
        kept = house.screening.screen_customer(identity, risk)
        for hit in kept.hits:
            if hit.name == "沈砚秋":
                house.hits.decide(hit.code, "false", "出生年份不同，已核对护照", person)
    yield house
    house.databases.close()


@pytest.fixture
def ask(screened: Any) -> Callable[..., Answer]:
    def put(text: str, *, role: str = "risk", place: str = "private", conversation: str = "") -> Answer:
        question = Question(f"t-{new_id()}", text, viewer_of(screened, role, place), conversation, NOW)
        answer = screened.assistant.answer(question)
        return screened.assistant.keep(answer) if conversation else answer

    return put


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("why was H-7 cleared?", About.WHY),
        ("H-3为什么排除?", About.WHY),
        ("谁排除了这条命中?为什么排除?", About.WHY),
        ("which customers were screened against which version?", About.COVERED),
        ("允棠精密上次什么时候筛查?", About.COVERED),
        ("哪些客户的受益所有人在名单上?", About.OWNERS),
        ("which customers have sanctioned beneficial owners?", About.OWNERS),
        ("Is Nordhafen on a sanctions list?", About.HITS),
        ("有哪些未处理的命中?", About.HITS),
        ("Who is Nordhafen?", None),
        ("允棠精密的付款情况如何?", None),
        ("谁是法定代表人?", None),
    ],
)
def test_what_a_question_about_screening_wants(text: str, about: About | None) -> None:
    wish = read_wish(text)
    assert (wish and wish.about) == about


def test_a_customer_on_a_list_is_told_with_entry_version_score_and_state(ask: Any) -> None:
    answer = ask("Is Nordhafen on a sanctions list?")
    assert "ours version 1, entry L2" in answer.text and "score 1.00" in answer.text and "open" in answer.text
    assert answer.versions["dropped"] == "0" and all(claim.evidence for claim in answer.claims)


def test_why_a_hit_was_cleared_names_who_when_and_the_reason(ask: Any, screened: Any) -> None:
    risk = viewer_of(screened, "risk", "private")
    (hit,) = [each for each in screened.hits.listed(risk) if each.name == "沈砚秋"]
    for question in (f"{hit.code}为什么排除?", f"why was {hit.code} cleared?"):
        answer = ask(question, role="compliance")
        assert "出生年份不同，已核对护照" in answer.text and "林国栋" in answer.text
        assert answer.versions["dropped"] == "0"


def test_the_hits_of_a_customer_are_meant_where_it_is_named_and_say_who_decided(ask: Any) -> None:
    assert "已核对护照" in ask("为什么排除允棠精密的命中?", role="compliance").text
    answer = ask("允棠精密在名单上吗?")
    assert "提议排除，待第二人确认（林国栋，2026年11月21日）：出生年份不同，已核对护照" in answer.text
    assert answer.unknown == () and answer.versions["dropped"] == "0"


def test_this_means_the_hit_of_the_answer_before(ask: Any) -> None:
    ask("允棠精密在制裁名单上吗?", conversation="T:C:9")
    assert "已核对护照" in ask("为什么排除?", conversation="T:C:9").text


def test_which_version_customers_were_compared_with(ask: Any) -> None:
    answer = ask("which customers were screened against which version?", role="compliance")
    assert (
        "苏州允棠精密机械有限公司 was last compared with ours version 1 on 21 November 2026." in answer.text
    )
    assert any("have not been compared" in one for one in answer.unknown)


def test_a_customer_that_was_never_screened_is_not_said_to_be_clean(ask: Any) -> None:
    answer = ask("Is Brightmere on a sanctions list?")
    assert any("has not been compared with any watch list yet" in one for one in answer.unknown)


def test_owners_and_people_of_customers_on_lists(ask: Any) -> None:
    answer = ask("哪些客户的受益所有人在名单上?", role="compliance")
    assert "dropped" in answer.versions and answer.versions["dropped"] == "0"


@pytest.mark.parametrize(
    ("role", "place"), [("sales", "private"), ("risk", "#general"), ("admin", "private")]
)
def test_nobody_else_hears_that_there_are_hits(ask: Any, role: str, place: str) -> None:
    asked = [
        ("Is Nordhafen on a sanctions list?", "Is Brightmere on a sanctions list?"),
        ("why was H-1 cleared?", "why was H-99 cleared?"),
        ("哪些客户的受益所有人在名单上?", "有哪些未处理的命中?"),
    ]
    for hit, none in asked:
        one, other = ask(hit, role=role, place=place), ask(none, role=role, place=place)
        whole = str(one.as_json()) + str(other.as_json())
        assert "entry L2" not in whole and "H-1:" not in whole and "ours" not in whole.replace("hours", "")
        assert bool(one.refused) == bool(other.refused)
