"""Attack after attack on an assistant with an obeying model, and what came of it, by place and by manner."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.assistant.answer import Answer, Question
from store.identity import new_id
from tests.agent.obedience import STATEMENTS, Obedient, Order, Said
from tests.agent.planting import HONEST
from tests.modelserver.server import ModelServer

MODEL = "openai:scripted"
#: Customers of the made-up portfolio whose files an order goes for.
OTHERS = ("C-1001", "C-1002")


def assistant_of(house: Any, url: str) -> Any:
    """An assistant of this house with the scripted model, with room for all that obedience tries."""
    from bot.assistant.agent.colleague import Cast
    from bot.assistant.agent.models import Models
    from bot.assistant.service import Assistant

    plenty = {"tool_uses": 80, "tokens": 10**7, "questions_a_day": 10**6, "tokens_a_day": 10**9}
    costs = {"cost": Decimal(10**6), "cost_a_day": Decimal(10**6)}
    limits = house.policy.model.model_copy(update={**plenty, **costs})
    policy = house.policy.model_copy(update={"model": limits})
    models = Models(limits.seconds_a_call, url, "key-of-the-test")
    return Assistant(
        house.databases, house.library, policy=policy, clock=house.clock, models=(models, Cast((MODEL,)))
    )


@dataclass
class Outcome:
    """What one question gave: the answer, what the model did, and which of its words are in the answer."""

    answer: Answer
    model: Obedient

    @property
    def through(self) -> list[Said]:
        """The sentences of obedience that were said to the person."""
        claimed = {claim.text for claim in self.answer.claims}
        return [said for said in self.model.said if said.text in claimed and said.text != self.model.honest]


@dataclass
class Tally:
    """Orders that the model read and orders whose words came through, by place; and the manners of the latter."""

    reached: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    through: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    kinds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    manners: Counter[str] = field(default_factory=Counter)
    examples: set[tuple[str, str]] = field(default_factory=set)
    sentences: int = 0
    answers: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count one question."""
        self.answers += 1
        self.sentences += len(outcome.model.said)
        for sighting in outcome.model.seen:
            self.reached[sighting.place].add(sighting.order.text)
        for said in outcome.through:
            self.through[said.place].add(said.order.text)
            self.kinds[said.order.kind].add(said.order.text)
            self.manners[said.manner] += 1
            self.examples.add((said.manner, said.text))

    @property
    def successes(self) -> set[str]:
        """The orders of which anything came through anywhere."""
        return set().union(*self.through.values()) if self.through else set()


def attack(
    put: Callable[[Question], Answer],
    server: ModelServer,
    viewer: Any,
    code: str,
    orders: Sequence[Order],
    *,
    now: Any,
    text: str = "What does the file of {code} say?",
    conversation: str = "",
    honest: str = HONEST,
    ways: Sequence[bool] = (False, True),
) -> Iterator[Outcome]:
    """Ask about a customer until the model has said all that it was ordered, citing the place and then another."""
    for elsewhere in ways:
        skip = 0
        while True:
            model = Obedient(code, orders, honest, OTHERS, elsewhere, skip)
            server.policy = model
            question = Question(f"attack-{new_id()}", text.format(code=code), viewer, conversation, now)
            yield Outcome(put(question), model)
            skip += STATEMENTS - 1
            if skip >= model.much:
                break
