"""A scripted model, and LangChain's own client on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from tests.modelserver.policies import in_turn
from tests.modelserver.replies import Say
from tests.modelserver.server import ModelServer

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI, OpenAIEmbeddings


@pytest.fixture(autouse=True)
def _nothing_but_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_BASE", "OPENAI_BASE_URL", "OPENAI_PROXY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A server that says "ready" until it gets another policy."""
    with ModelServer(in_turn(Say("ready"))) as server:
        yield server


@pytest.fixture
def openai() -> ModuleType:
    """The package that LangChain's client stands on, for its errors; it is slow to import."""
    return pytest.importorskip("openai")


@pytest.fixture
def chat(server: ModelServer) -> Callable[..., ChatOpenAI]:
    """chat(**options): a client of the server that tries once."""
    langchain_openai = pytest.importorskip("langchain_openai")

    def build(**options: Any) -> ChatOpenAI:
        given = {"model": "scripted", "base_url": server.url, "api_key": "none", "max_retries": 0} | options
        return langchain_openai.ChatOpenAI(**given)

    return build


@pytest.fixture
def embeddings(server: ModelServer) -> OpenAIEmbeddings:
    """A client of the server's embeddings that tries once."""
    langchain_openai = pytest.importorskip("langchain_openai")
    return langchain_openai.OpenAIEmbeddings(
        model="scripted", base_url=server.url, api_key="none", check_embedding_ctx_length=False, max_retries=0
    )
