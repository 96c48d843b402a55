"""A firm with a scripted model as its second reader: real stores, a policy file with the readers turned on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import House, build
from bot.settings import Settings
from knowledge.library import NewDocument
from store.access import FieldClass
from store.engine import reading
from store.evidence import Tier
from store.policy import load_policy
from store.schema import metadata
from tests.conftest import START
from tests.modelserver.policies import in_turn
from tests.modelserver.received import Received, question
from tests.modelserver.replies import Call, Say, ToolUse
from tests.modelserver.server import ModelServer

MODEL = "openai:scripted"
COMPANY = "东莞市骏砾电子有限公司"
#: The rules are in doubt: a suit stands beside the customer's name, and is another firm's.
DOUBTFUL = "骏砾电子与星河公司签订框架协议。星河公司今年五月曾被供应商起诉。"
#: And here they are not.
CLEAR = "骏砾电子裁员约200人。"
LIN = "lin@firm.cn"


def write_policy(path: Path, *, on: bool = True, **changes: str) -> Path:
    """The default policy with the readers turned on and everything but suspicion open to the scripted model."""
    import store.policy

    text = (Path(store.policy.__file__).parent / "default.toml").read_text(encoding="utf-8")
    values = {
        "seconds": "8",
        "seconds_a_call": "2",
        "attempts": "2",
        "personal": '["ollama:*"]',
        "suspicion": '["ollama:*"]',
    } | changes
    if on:
        values |= dict.fromkeys(("events", "extraction", "wording"), "true")
    head, mark, rest = text.partition("\n[model]\n")
    body, end, tail = rest.partition("\n# The background check")
    for name, value in values.items():
        body, count = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", body)
        assert count == 1, f"the policy has no {name}"
    path.write_text(head + mark + body + end + tail, encoding="utf-8")
    load_policy(path)
    return path


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """The scripted model; a test gives it its policy."""
    with ModelServer(in_turn(Say("ready"))) as server:
        yield server


@pytest.fixture
def make_house(tmp_path: Path, model: ModelServer) -> Iterator[Callable[..., House]]:
    """make_house(on=, database=, **policy): a house on a store of its own, with one customer."""
    made: list[House] = []

    def make(*, on: bool = True, database_url: str | None = None, **changes: str) -> House:
        home = tmp_path / f"home-{len(made)}"
        policy = write_policy(tmp_path / f"policy-{len(made)}.toml", on=on, **changes)
        given: dict[str, Any] = {"database_url": database_url} if database_url else {}
        settings = Settings(
            home=home,
            now=START,
            policy=policy,
            model=MODEL,
            model_url=model.url,
            model_key="key-of-the-test",  # type: ignore[arg-type]
            **given,
        )
        house = build(settings)
        made.append(house)
        house.make_home()
        people = home / "users.csv"
        people.write_text(f"email,role,name\n{LIN},risk,林国栋\nsun@firm.cn,sales,孙晓\n", encoding="utf-8")
        house.intake.import_file("users", people, actor="test")
        firms = home / "firms.csv"
        firms.write_text(
            f"legal_name,customer_key,other_names\n{COMPANY},K-1,骏砾电子|short|zh\n", encoding="utf-8"
        )
        house.intake.import_file("customers", firms, actor="test")
        return house

    yield make
    for house in made:
        house.databases.close()


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    """A house with the readers turned on, on SQLite."""
    return make_house()


def publish(house: House, text: str, **given: Any) -> Any:
    """Add a document about the customer."""
    values = {
        "name": "news",
        "source": "feed",
        "tier": Tier.MEDIA,
        "field_class": FieldClass.PUBLIC,
        "published": "2026-11-20",
        "customers": ("K-1",),
    } | given
    added = house.library.add(NewDocument(text=text, **values))
    assert added.document_id is not None, added.reason
    return added


def fill(form: str, **fields: Any) -> Call:
    """A model's filled-in form."""
    return Call(ToolUse(form, fields))


def matter(quote: str, kind: str = "lawsuit", **columns: str) -> dict[str, str]:
    """One matter of an opinion."""
    usual = {"severity": "warn", "role": "subject", "status": "alleged"}
    return {"kind": kind, "quote": quote} | usual | columns


def material(received: Received) -> dict[str, Any]:
    """What the model was given, out of its fence."""
    inside = re.search(r"<material-[0-9a-f]+>\n(.*)\n</material-", question(received), re.DOTALL)
    assert inside is not None
    found: dict[str, Any] = json.loads(inside[1])
    return found


#: Ends of the names of columns that differ from run to run: keys, codes, numbers of the ledger, what hangs on them.
_OF_A_RUN = (
    *(
        "id",
        "seq",
        "story",
        "stories",
        "current_version",
        "digest",
        "code",
        "evidence",
        "natural_key",
        "item",
    ),
    *("ref", "policy_version"),
)


def rows(house: House, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in these tables but what differs from run to run."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with reading(house.databases.read) as connection:
        for name in tables:
            table = metadata.tables[name]
            told = [column for column in table.columns if not column.name.endswith(_OF_A_RUN)]
            found[name] = sorted(
                map(tuple, connection.execute(table.select().with_only_columns(*told))), key=str
            )
    return found
