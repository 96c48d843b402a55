"""What one question may use (用量): calls, uses of tools, tokens, seconds, cost; and whether it may go on at all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from bot.assistant.agent.errors import DayLimitReached, LimitReached, OutOfTime, Stopped
from store.model_calls import Spent
from store.policy.model import ModelSection

_MILLION = Decimal(1_000_000)


@dataclass(slots=True)
class Budget:
    """Counts for one question; every method may be called from several threads.

    `before` is what the person has used today, `used` what this question used in an earlier life of its job. `over`
    ends it at the next sign of life: whoever waits has been answered otherwise.
    """

    limits: ModelSection
    before: Spent
    used: Spent
    stopped: Callable[[], bool]
    calls: int = 0
    tool_uses: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal = Decimal(0)
    over: bool = False
    began: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def left(self) -> float:
        """Seconds until the question must be answered."""
        return self.began + self.limits.seconds - time.monotonic()

    def check(self, model: str, tokens: int = 0) -> None:
        """Before a call that sends about so many tokens; raises what stands in its way."""
        self.alive()
        limits = self.limits
        if self.before.questions >= limits.questions_a_day:
            raise DayLimitReached(f"{self.before.questions} questions of this person today")
        if self.before.tokens + self.tokens + tokens > limits.tokens_a_day:
            raise DayLimitReached("the tokens of this person for today are used")
        if self.before.cost + self.cost + self._price(model, tokens, 0) > limits.cost_a_day:
            raise DayLimitReached("what this person may cost in a day is used")
        if self.used.calls + self.calls >= limits.calls:
            raise LimitReached(f"{limits.calls} calls of the model for one question")
        if self.used.tokens + self.tokens + tokens > limits.tokens:
            raise LimitReached(f"{limits.tokens} tokens for one question")
        if self.used.cost + self.cost + self._price(model, tokens, 0) > limits.cost:
            raise LimitReached(f"{limits.cost} {limits.currency} for one question")

    def alive(self) -> None:
        """Raise unless somebody still waits for this answer."""
        if self.over:
            raise OutOfTime("the question has been answered otherwise")
        if self.left <= 0:
            raise OutOfTime(f"{self.limits.seconds} seconds for one question")
        if self.stopped():
            raise Stopped("the asker pressed Stop")

    def use_tool(self) -> None:
        """Count one use of a tool; raises `LimitReached` when there were too many."""
        self.alive()
        with self._lock:
            self.tool_uses += 1
            if self.tool_uses > self.limits.tool_uses:
                raise LimitReached(f"{self.limits.tool_uses} uses of tools for one question")

    def begin_call(self) -> None:
        """Count a call before it leaves."""
        with self._lock:
            self.calls += 1

    def end_call(self, model: str, tokens_in: int, tokens_out: int) -> Decimal:
        """Count what a call used; gives its cost."""
        cost = self._price(model, tokens_in, tokens_out)
        with self._lock:
            self.tokens_in += tokens_in
            self.tokens_out += tokens_out
            self.cost += cost
        return cost

    @property
    def tokens(self) -> int:
        """Tokens both ways so far."""
        return self.tokens_in + self.tokens_out

    def _price(self, model: str, tokens_in: int, tokens_out: int) -> Decimal:
        price = self.limits.prices.get(model)
        if price is None:
            return Decimal(0)
        return (price.tokens_in * tokens_in + price.tokens_out * tokens_out) / _MILLION
