"""The people, channels and rules that a workspace starts with (a JSON file, or the built-in four)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from .errors import WorkspaceError


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Team(_Part):
    """The workspace itself."""

    id: str = "T01BONAFIDE"
    name: str = "Northwind 北风贸易"
    domain: str = "northwind"


class BotAccount(_Part):
    """The one app of the workspace and its bot user."""

    user_id: str = "U0BONAFIDE"
    name: str = "bonafide"
    display_name: str = "Bonafide"
    bot_id: str = "B0BONAFIDE"
    app_id: str = "A0BONAFIDE"


class Person(_Part):
    """A user; ``colour`` is the background of the drawn avatar."""

    id: str
    name: str
    real_name: str
    display_name: str = ""
    email: str = ""
    title: str = ""
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    team_id: str = ""
    locale: str = "zh-CN"
    tz: str = "Asia/Shanghai"
    tz_offset: int = 28800
    colour: str = "#4a6fa5"


class Room(_Part):
    """A channel; members are user ids, the bot's included."""

    id: str
    name: str = Field(max_length=80)
    is_private: bool = False
    is_ext_shared: bool = False
    topic: str = ""
    members: tuple[str, ...] = ()


class Shortcut(_Part):
    """An app's shortcut as its manifest declares it: on a message, or from anywhere."""

    callback_id: str
    name: str = Field(max_length=24)
    type: Literal["message", "global"] = "message"


class Rules(_Part):
    """Slack's limits in seconds and counts; tests shorten them, the demo keeps Slack's own.

    ``post_per_second`` and ``post_burst`` are generous here: Slack allows about one message a second.
    """

    ack_seconds: float = 3.0
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    trigger_seconds: float = 3.0
    status_seconds: float = 120.0
    stream_seconds: float = 300.0
    response_url_seconds: float = 1800.0
    response_url_uses: int = 5
    post_per_second: float = 10.0
    post_burst: int = 60
    waiting_events: int = 1000


class Tokens(_Part):
    """Made-up credentials that only this server accepts."""

    bot: str = "xoxb-local-bonafide"
    app: str = "xapp-local-bonafide"


class Seed(_Part):
    """Everything that a fresh workspace is made from.

    ``scopes`` left out means that every scope is granted. ``request_url`` switches from Socket Mode to
    signed HTTP requests.
    """

    team: Team = Team()
    bot: BotAccount = BotAccount()
    users: tuple[Person, ...] = ()
    channels: tuple[Room, ...] = ()
    commands: tuple[str, ...] = ("/dd",)
    shortcuts: tuple[Shortcut, ...] = (Shortcut(callback_id="check_company", name="Check this company"),)
    tokens: Tokens = Tokens()
    signing_secret: str = "local-signing-secret"
    scopes: tuple[str, ...] | None = None
    request_url: str | None = None
    rules: Rules = Rules()


def default_seed() -> Seed:
    """Four colleagues of one firm (two of them in risk) and a guest, in four channels."""
    people = (
        Person(
            id="U01SALES",
            name="chen.yutong",
            real_name="陈雨桐 Chen Yutong",
            display_name="陈雨桐",
            email="chen.yutong@northwind.example",
            title="Key account manager, sales 大客户经理",
            colour="#2f7d6d",
        ),
        Person(
            id="U01RISK",
            name="lin.guodong",
            real_name="林国栋 Lin Guodong",
            display_name="林国栋",
            email="lin.guodong@northwind.example",
            title="Head of credit risk 风险总监",
            is_admin=True,
            colour="#a8562f",
        ),
        Person(
            id="U01COMPL",
            name="maria.keller",
            real_name="Maria Keller",
            display_name="Maria Keller",
            email="maria.keller@northwind.example",
            title="Compliance officer",
            locale="en-US",
            tz="Europe/Berlin",
            tz_offset=3600,
            colour="#5b4b9a",
        ),
        Person(
            id="U02RISK",
            name="he.jingyan",
            real_name="何静妍 He Jingyan",
            display_name="何静妍",
            email="he.jingyan@northwind.example",
            title="Credit risk analyst 风险分析师",
            colour="#8a6d1f",
        ),
        Person(
            id="U01GUEST",
            name="guest.auditor",
            real_name="Guest Auditor",
            display_name="Guest Auditor",
            email="guest@partner.example",
            title="External auditor (guest)",
            is_restricted=True,
            locale="en-US",
            colour="#777777",
        ),
    )
    bot = BotAccount().user_id
    staff = tuple(person.id for person in people if not person.is_restricted)
    rooms = (
        Room(id="C01GENERAL", name="general", topic="Everybody 全体", members=(*staff, "U01GUEST", bot)),
        Room(id="C01SALES", name="sales", topic="Prospects and customers 客户", members=(*staff, bot)),
        Room(
            id="C01RISK",
            name="risk",
            is_private=True,
            topic="Warnings and credit 风险预警",
            members=("U01RISK", "U02RISK", "U01COMPL", bot),
        ),
        Room(
            id="C01COMPL",
            name="compliance",
            is_private=True,
            topic="Audit and screening 合规",
            members=("U01COMPL", "U01RISK", "U02RISK", bot),
        ),
    )
    return Seed(users=people, channels=rooms)


def load_seed(path: Path | None) -> Seed:
    """The seed in a JSON file, or the built-in one for ``None``.

    Raises WorkspaceError with one sentence when the file is missing or wrong.
    """
    if path is None:
        return default_seed()
    try:
        return Seed.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WorkspaceError(f"The seed file {path} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise WorkspaceError(f"The seed file {path} is not a valid seed: {error}") from error
