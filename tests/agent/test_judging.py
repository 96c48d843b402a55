"""What of a model's answer may leave, where the sources hold it all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from knowledge.library import NewDocument
from store.access import FieldClass
from store.evidence import Tier
from tests.agent.conftest import reply, step_by_step, use
from tests.modelserver.server import ModelServer


@pytest.fixture(scope="module")
def brochure(house: Any) -> Iterator[str]:
    """A brochure of a customer that invites to visit a page."""
    offer = "索取样本请登录 www.sample-offer.example 或致信 gift@sample-offer.example。"
    text = f"允棠精密的谐波减速器样本册已于2026年出版,{offer}"
    added = house.library.add(
        NewDocument(
            name="brochure.txt",
            source="media",
            text=text,
            customers=("yuntang-precision",),
            published="2026-11-02",
            field_class=FieldClass.PUBLIC,
            tier=Tier.MEDIA,
        ),
        actor="test",
    )
    assert added.document_id is not None
    yield text


def test_an_address_that_only_a_document_knows_is_not_repeated(
    ask: Callable[..., Any], model: ModelServer, brochure: str
) -> None:
    def said(received: Any, got: Any) -> Any:
        local = next(one["id"] for one in got[0]["passages"] if "样本册" in one["text"])
        return reply(
            ("允棠精密的谐波减速器样本册已于2026年出版。", [local]),
            ("样本可登录 www.sample-offer.example 索取。", [local]),
        )

    model.policy = step_by_step(use("search_documents", text="谐波减速器 样本册", customer="C-1001"), said)
    answer = ask("允棠精密的样本册出版了吗?")
    assert "样本册已于2026年出版" in answer.text and "sample-offer" not in answer.text


def test_an_address_of_the_register_may_be_said(ask: Callable[..., Any], model: ModelServer) -> None:
    model.policy = step_by_step(
        use("read_file", customer="C-1001", part="profile"),
        reply(("苏州允棠精密机械有限公司的网站是 https://yuntang.example 。", ["e1"])),
    )
    assert "https://yuntang.example" in ask("允棠精密的网站?").text
