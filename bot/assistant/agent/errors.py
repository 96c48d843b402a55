"""Why a model gave no answer (模型未能作答): one tree; `word` is the phrase that tells the asker.

AgentError
  ├─ ModelUnavailable    it cannot be reached, refuses us, or is not installed
  ├─ ModelMissetting     the setting or the key is wrong; somebody must mend it
  ├─ BadReply            what it answered cannot be used
  ├─ LimitReached        calls, tokens, time or cost of one question
  ├─ DayLimitReached     what one person may use in a day
  ├─ Withheld            the answer needs what this model may not see
  └─ Stopped             the asker pressed Stop
"""

from __future__ import annotations

from typing import Any


class AgentError(Exception):
    """A model gave no answer; `word` names the phrase `agent.fallback.<word>`, `usage` what it cost all the same."""

    word = "unavailable"
    usage: dict[str, Any] | None = None


class ModelUnavailable(AgentError):
    """The provider cannot be reached or is ill for the moment."""


class ModelMissetting(AgentError):
    """The provider refuses the key or the model's name, or its package is not installed."""

    word = "missetting"


class BadReply(AgentError):
    """The model answered, and not in a form that can be used."""

    word = "bad_reply"


class LimitReached(AgentError):
    """One question has used what policy gives it."""

    word = "limit"


class OutOfTime(LimitReached):
    """One question has used its seconds."""

    word = "time"


class DayLimitReached(AgentError):
    """A person has used what policy gives them for a day."""

    word = "day"


class Withheld(AgentError):
    """What is needed must not leave to this model."""

    word = "withheld"


class Stopped(AgentError):
    """The asker pressed Stop."""

    word = "stopped"
