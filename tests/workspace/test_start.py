"""Starting the workspace from the command line and in-process; strangers of Slack Connect."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.workspace import Remote, Workspace, load_seed, serve, talk
from bot.workspace.errors import WorkspaceError
from bot.workspace.seed import Person, Room, Seed


def run(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bot.workspace", *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def test_ready_line_names_the_address_and_the_seed_is_used(tmp_path: Path) -> None:
    file = tmp_path / "seed.json"
    people = [{"id": "U1", "name": "zhao", "real_name": "赵敏"}]
    rooms = [{"id": "C1", "name": "客户", "members": ["U1", "U0BONAFIDE"]}]
    file.write_text(
        json.dumps({"users": people, "channels": rooms, "commands": ["/dd", "/kyc"]}), encoding="utf-8"
    )
    process = run("--port", "0", "--seed", str(file))
    try:
        assert process.stdout is not None
        line = process.stdout.readline().split()
        state = Remote(line[2]).look("state")
    finally:
        process.terminate()
        process.communicate(timeout=10)
    assert line[:2] == ["workspace", "ready"]
    assert line[2].startswith("http://127.0.0.1:")
    assert [channel.get("name") for channel in state["channels"]] == ["客户", None]
    assert state["commands"] == ["/dd", "/kyc"]
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "cannot be read"), ("{", "is not a valid seed"), ('{"colour": 1}', "is not a valid seed")],
)
def test_wrong_seed_is_said_in_one_sentence(tmp_path: Path, content: str | None, sentence: str) -> None:
    file = tmp_path / "seed.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(WorkspaceError, match=sentence):
        load_seed(file)
    process = run("--port", "0", "--seed", str(file))
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert errors.startswith("The workspace did not start: The seed file")
    assert "Traceback" not in errors


def test_a_port_in_use_is_said_in_one_sentence(handle: Any) -> None:
    process = run("--port", str(handle.port))
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "The workspace did not start" in errors


def test_what_was_said_before_the_start_is_delivered() -> None:
    workspace = Workspace()
    talk.post(workspace, workspace.channel("U01SALES"), "U01SALES", "early")
    handle = serve(workspace)
    rows = Remote(handle.url).deliveries("message")
    handle.inside(lambda: talk.post(workspace, workspace.channel("U01SALES"), "U01SALES", "late"))
    later = Remote(handle.url).deliveries("message")
    handle.stop()
    assert [row["payload"]["event"]["text"] for row in rows] == ["early"]
    assert [row["payload"]["event"]["text"] for row in later] == ["early", "late"]


def test_strangers_carry_their_own_team_and_no_address() -> None:
    stranger = Person(
        id="U09OTHER",
        name="eve",
        real_name="Eve",
        email="eve@other.example",
        is_stranger=True,
        team_id="T09OTHER",
    )
    room = Room(id="C09SHARED", name="shared", is_ext_shared=True, members=("U09OTHER", "U0BONAFIDE"))
    handle = serve(Workspace(Seed(users=(stranger,), channels=(room,))))
    people = Remote(handle.url)
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

    web = WebClient(token="xoxb-local-bonafide", base_url=f"{handle.url}/api/")
    people.say("U09OTHER", "#shared", "@Bonafide who owns ACME?")
    payload = people.deliveries("app_mention")[0]["payload"]
    profile = web.users_info(user="U09OTHER")["user"]
    with pytest.raises(SlackApiError, match="users_not_found"):
        web.users_lookupByEmail(email="eve@other.example")
    handle.stop()
    assert payload["is_ext_shared_channel"] is True
    assert payload["event"]["user_team"] == "T09OTHER"
    assert profile["is_stranger"] is True
    assert "email" not in profile["profile"]


def test_a_command_answered_with_wrong_blocks_fails_in_front_of_the_person(
    app: Any, connect: Any, people: Any
) -> None:
    @app.command("/dd")
    def run_command(ack: Any) -> None:
        ack(text="x", blocks=[{"type": "alert", "text": {"type": "mrkdwn", "text": "not in a message"}}])

    connect(app)
    answer = people.command("U01SALES", "#sales", "check")
    assert answer["reason"] == "invalid_blocks"
    assert "invalid_blocks" in people.messages("U01SALES", "#sales")[0]["text"]
