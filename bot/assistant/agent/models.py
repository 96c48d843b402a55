"""Chat models by a setting such as `openai:gpt-5` or `ollama:qwen3` (模型), through LangChain's own factory.

Nothing is tried twice by the provider's client: attempts are ours, so that each one is counted and written down.
"""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.assistant.agent.errors import AgentError, ModelMissetting, ModelUnavailable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

#: Providers whose client takes these words; all others take their own defaults.
_STREAMING = ("openai", "azure_openai", "anthropic", "deepseek", "groq", "mistralai", "together", "xai")
_OWN_SERVER = ("openai",)
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(slots=True)
class Models:
    """Builds each model once. `url` and `key` are those of a server that speaks the OpenAI API."""

    seconds_a_call: float
    url: str | None = None
    key: str | None = None
    _built: dict[str, BaseChatModel] = field(default_factory=dict)

    def chat(self, name: str) -> BaseChatModel:
        """The model of this name; raises `ModelMissetting` when it cannot be built."""
        if name not in self._built:
            self._built[name] = self._build(name)
        return self._built[name]

    def warm(self, name: str) -> None:
        """Import what an agent needs and build one model; a wrong setting waits for the first question to say so."""
        try:
            self.chat(name)
        except ModelMissetting as wrong:
            log.error("%s", wrong)
        import langchain.agents  # noqa: F401

    def _build(self, name: str) -> BaseChatModel:
        # Questions about customers are nobody's trace; the variable is read at the first import.
        os.environ["LANGSMITH_TRACING"] = "false"
        os.environ.pop("LANGSMITH_GATEWAY", None)
        from langchain.chat_models import init_chat_model

        provider = name.partition(":")[0]
        options: dict[str, Any] = {"timeout": self.seconds_a_call, "max_retries": 0}
        if provider in _STREAMING:
            options["streaming"] = True
        if provider in _OWN_SERVER:
            options["stream_usage"] = True
            if self.url:
                options["base_url"] = self.url
                options["api_key"] = self.key or "none"
            elif self.key:
                options["api_key"] = self.key
        try:
            return init_chat_model(name, **options)
        except ImportError as missing:
            raise ModelMissetting(
                f"{name} needs a package that is not installed ({missing.name or missing})"
            ) from None
        except Exception as wrong:
            # Providers raise whatever they like here; most often the key is missing.
            raise ModelMissetting(f"{name} cannot be built ({type(wrong).__name__})") from wrong


def reading_of(failure: BaseException) -> AgentError:
    """What a provider's error means for us, and whether waiting can help.

    Providers have no common errors; all that speak HTTP carry a status, and the rest have telling names.
    """
    if isinstance(failure, AgentError):
        return failure
    status = getattr(failure, "status_code", None) or getattr(
        getattr(failure, "response", None), "status_code", None
    )
    name = type(failure).__name__
    if status in (401, 403, 404):
        return ModelMissetting(f"the provider refuses the key or the model ({status})")
    if status is not None and (status == 429 or status >= 500 or status == 408):
        return ModelUnavailable(f"the provider answers {status}")
    if status is not None:
        return ModelMissetting(f"the provider refuses the request ({status})")
    return ModelUnavailable(f"the provider cannot be reached ({name})")


def retry_after(failure: BaseException) -> float | None:
    """The seconds that a provider asks us to wait, where it says so."""
    headers = getattr(getattr(failure, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after")))
    except (TypeError, ValueError):
        return None


def estimate_tokens(text: str) -> int:
    """About how many tokens a text is: one a Han character, else one for four characters.

    Libraries' own estimates take Chinese for Latin and understate it (120 characters as 34 tokens).
    """
    han = len(_HAN.findall(text))
    return han + (len(text) - han) // 4 + 1
