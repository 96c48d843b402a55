"""A message with a file leaves once with one file, whatever breaks on the way, and holds up nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gateway.parcels import UPLOAD, Parcel, lane, pack, shown
from bot.gateway.posting import Upload
from bot.gateway.sender import Pace, Sender
from bot.slack.delivery import SlackDelivery
from bot.slack.files import file_name, share
from bot.workspace import Handle, Remote, Workspace, default_seed, serve
from bot.workspace.seed import Rules
from prompts.phrasebook import Phrasebook
from store.blobs import Blobs
from store.engine import Databases, reading, unit_of_work
from store.outbox import Outbox, OutgoingMessage

TEAM, RISK, OTHER = "T01BONAFIDE", "U01RISK", "C01RISK"
REPORT = b"%PDF-1.7 report on Nordhafen Logistik GmbH"
_LATER = timedelta(seconds=30)
QUICK = Pace(poll=0.01, mend=0.3, first=0.05, longest=0.2)


@pytest.fixture
def slack() -> Iterator[Handle]:
    seed = default_seed().model_copy(update={"rules": Rules(post_per_second=50.0, post_burst=500)})
    handle = serve(Workspace(seed))
    yield handle
    handle.stop()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@pytest.fixture
def sender(databases: Databases, slack: Handle, blobs: Blobs) -> Sender:
    return make_sender(databases, slack, blobs)


def make_sender(databases: Databases, slack: Handle, blobs: Blobs) -> Sender:
    delivery = SlackDelivery(
        default_seed().tokens.bot, base_url=f"{slack.url}/api/", timeout=0.5, bytes_of=blobs.get
    )
    return Sender(databases.write, databases.read, delivery, pace=QUICK)


def queue(
    databases: Databases, blobs: Blobs, key: str = "report:1", *, title: str = "B-12 Nordhafen"
) -> None:
    parcel = Parcel(blobs.put(REPORT), "B-12.pdf", title, len(REPORT))
    with unit_of_work(databases.write) as connection:
        share(
            connection,
            key,
            TEAM,
            RISK,
            [parcel],
            {"text": "The full report:"},
            phrases=Phrasebook("en"),
            now=datetime.now(UTC),
        )


def messages(slack: Handle) -> list[dict[str, Any]]:
    return [each for each in Remote(slack.url).messages(RISK, "dm") if each["user"] == "U0BONAFIDE"]


def row(databases: Databases, key: str) -> OutgoingMessage:
    with reading(databases.read) as connection:
        message = Outbox(connection).by_key(key)
    assert message is not None
    return message


def test_the_file_arrives_as_a_card_in_the_direct_message(
    databases: Databases, slack: Handle, blobs: Blobs, sender: Sender, settle: Callable[..., None]
) -> None:
    queue(databases, blobs)
    queue(databases, blobs)  # the job ran twice
    settle(sender)
    (message,) = messages(slack)
    (file,) = message["files"]
    assert (file["name"], file["title"], file["size"]) == ("B-12.pdf", "B-12 Nordhafen", len(REPORT))
    assert message["text"].startswith("The full report:")
    assert message["metadata"]["event_payload"]["outbox_id"] == str(row(databases, "report:1:shown").id)


@pytest.mark.parametrize(
    "method",
    [
        "files.getUploadURLExternal",
        "upload",
        "files.completeUploadExternal",
        "chat.postMessage",
        "files.info",
    ],
)
@pytest.mark.parametrize("kind", ["drop", "error", "rate_limit"])
def test_whatever_reply_is_lost_one_message_with_one_file_stands_there(
    databases: Databases,
    slack: Handle,
    blobs: Blobs,
    sender: Sender,
    method: str,
    kind: str,
    settle: Callable[..., None],
) -> None:
    Remote(slack.url).do("fault", method=method, kind=kind, retry_after=1)
    queue(databases, blobs)
    settle(sender)
    (message,) = messages(slack)
    assert [file["name"] for file in message["files"]] == ["B-12.pdf"]


@pytest.mark.parametrize("point", range(6))
def test_a_sender_that_dies_between_two_lines_doubles_nothing(
    databases: Databases, slack: Handle, blobs: Blobs, point: int, settle: Callable[..., None]
) -> None:
    """The process dies at its n-th commit or reply: that is where another life would find the row."""
    queue(databases, blobs)
    dying = make_sender(databases, slack, blobs)
    calls = iter(range(100))

    class Killed(BaseException):
        """`kill -9`: nothing after this line runs."""

    original = {name: getattr(dying._poster, name) for name in ("post",)}
    claim = dying._settle_and_claim

    def post(message: OutgoingMessage) -> Any:
        if next(calls) == point:
            raise Killed
        outcome = original["post"](message)
        if next(calls) == point:
            raise Killed
        return outcome

    def settle_and_claim(*args: Any) -> Any:
        if next(calls) == point:
            raise Killed
        return claim(*args)

    dying._poster.post = post  # type: ignore[method-assign]
    dying._settle_and_claim = settle_and_claim  # type: ignore[method-assign]
    for _ in range(4):
        try:
            dying.send_due()
        except Killed:
            break
    later = Sender(
        databases.write,
        databases.read,
        make_sender(databases, slack, blobs)._poster,
        pace=QUICK,
        now=lambda: datetime.now(UTC).replace(microsecond=0) + _LATER,
    )
    settle(later)
    (message,) = messages(slack)
    assert len(message["files"]) == 1


def test_bytes_that_take_long_hold_up_no_conversation(
    databases: Databases, slack: Handle, blobs: Blobs, sender: Sender, settle: Callable[..., None]
) -> None:
    Remote(slack.url).do("fault", method="upload", kind="delay", seconds=0.4, count=10)
    for number in range(6):
        queue(databases, blobs, f"report:{number}")
    with unit_of_work(databases.write) as connection:
        Outbox(connection).put(
            "alert:1", TEAM, OTHER, "chat.postMessage", {"text": "A-1"}, now=datetime.now(UTC)
        )
    settle(sender)
    assert len(messages(slack)) == 6
    sent = [row(databases, f"report:{number}").sent_at for number in range(6)]
    told = row(databases, "alert:1").sent_at
    # Each upload takes 0.4 s, and the alert was put behind all of them.
    assert told is not None and all(each is not None and told < each for each in sent)


def test_a_file_that_is_gone_is_said_to_be_gone(
    databases: Databases, slack: Handle, blobs: Blobs, sender: Sender, settle: Callable[..., None]
) -> None:
    queue(databases, blobs)
    blobs.path(blobs.put(REPORT)).unlink()
    settle(sender)
    (message,) = messages(slack)
    assert "files" not in message and message["text"] == Phrasebook("en")["slack_check.file.lost"]
    assert row(databases, "report:1").state == "failed"


def test_a_picture_is_shown_within_the_message(
    databases: Databases, slack: Handle, blobs: Blobs, sender: Sender, settle: Callable[..., None]
) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    parcel = Parcel(blobs.put(png), "matrix.png", "Risk matrix", len(png), image=True)
    blocks = [{"type": "image", "slack_file": {"file": 0}, "alt_text": "Risk matrix"}]
    with unit_of_work(databases.write) as connection:
        share(
            connection,
            "picture:1",
            TEAM,
            RISK,
            [parcel],
            {"text": "Risk matrix", "blocks": blocks},
            phrases=Phrasebook("zh"),
            now=datetime.now(UTC),
        )
    settle(sender)
    (message,) = messages(slack)
    assert message["blocks"][0]["slack_file"]["url"].endswith("/matrix.png") and "files" not in message


@given(title=st.text(max_size=400), name=st.text(max_size=80))
def test_no_title_breaks_out_of_the_link_and_no_name_leads_elsewhere(title: str, name: str) -> None:
    payload = pack([Parcel("0" * 64, name, title, 1)], RISK, {"text": "here"}, {})
    text = shown("k", payload, [Upload("F1", "https://x.example/files/U1/F1/a")]).payload["text"]
    link = text.removeprefix("here\n")
    assert link.startswith("<https://x.example/files/U1/F1/a|") and link.endswith(">")
    assert link.count("<") == link.count(">") == link.count("|") == 1 and "\n" not in link
    safe = file_name(title, ".pdf")
    assert safe.endswith(".pdf") and len(safe) <= 120 and not safe.startswith(".")
    assert not set(safe) & set('/\\<>|:"?*\n\r\t\x00\u202e')


def test_uploads_wait_in_lanes_that_the_outbox_can_hold() -> None:
    assert {lane(str(number)) for number in range(50)} == {"upload:0", "upload:1"}
    assert UPLOAD == "files.upload"
