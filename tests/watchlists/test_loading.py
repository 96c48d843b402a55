"""A list from its files into the house: versions, what changed, and what is refused while the old one stays."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import build
from bot.cli import main
from bot.doctor import Level, examine
from bot.settings import load_settings
from knowledge.watchlists import loading
from knowledge.watchlists.errors import ListRefused, ListUnreadable, UnknownList
from knowledge.watchlists.loading import Loader
from knowledge.watchlists.service import Lists
from store.access import Role, Viewer
from store.engine import Databases, reading
from store.ledger import read
from store.policy import Policy, load_policy

ACTOR = "cli:li"


@pytest.fixture
def lists(databases: Databases, policy: Policy, clock: Any) -> Lists:
    """The lists of a fresh house."""
    return Lists(databases, policy=policy, clock=clock)


@pytest.fixture
def house(tmp_path: Path) -> Callable[..., list[Path]]:
    """house(people): a list of one's own, in a file; people as name → remark."""

    def write(people: dict[str, str], file: str = "house.csv") -> list[Path]:
        lines = [f"{number},{name},{remark}" for number, (name, remark) in enumerate(people.items(), 1)]
        path = tmp_path / file
        path.write_text("\n".join(["id,name,birth_date", *lines]) + "\n", encoding="utf-8")
        return [path]

    return write


def people(count: int, **other: str) -> dict[str, str]:
    """So many people with their years of birth; some with another one."""
    return {f"Person {number}": other.get(f"p{number}", "1960") for number in range(1, count + 1)}


def actions(databases: Databases, viewer: Callable[..., Viewer]) -> list[tuple[str, dict[str, Any]]]:
    with reading(databases.read) as connection:
        entries = read(connection, viewer=viewer(Role.COMPLIANCE))
    return [(entry.action, dict(entry.detail)) for entry in reversed(entries)]


def test_versions_and_what_changed_between_them(
    lists: Lists,
    house: Callable[..., list[Path]],
    databases: Databases,
    viewer: Callable[..., Viewer],
    clock: Any,
) -> None:
    first = lists.load("house", house(people(10)), actor=ACTOR)
    assert first.is_new and (first.version.version, first.version.added) == (1, 10)
    clock.forward(days=1)
    second = lists.load("house", house({**people(9, p3="1961"), "Newcomer": ""}), actor=ACTOR)
    assert (second.version.added, second.version.changed, second.version.removed) == (0, 2, 0)
    third = lists.load("house", house(people(8, p3="1961")), actor=ACTOR)
    assert (third.version.added, third.version.changed, third.version.removed) == (0, 0, 2)
    assert lists.in_force() == {"house": 3}
    assert [version.version for version in lists.versions("house")] == [3, 2, 1]

    delta = lists.changed("house", 1, 2)
    assert [(each.before.name, each.after.name, each.fields, each.matters) for each in delta.changed] == [
        ("Person 10", "Newcomer", ("names", "birth_dates"), True),
        ("Person 3", "Person 3", ("birth_dates",), True),
    ]
    assert {entry.name for entry in lists.changed("house", 1).removed} == {"Person 9", "Person 10"}
    assert len(lists.changed("house", 0).added) == 8
    # A version of long ago can be read as it was.
    assert {str(entry.birth_dates[0].first) for entry in lists.entries("house", 1)} == {"1960"}
    assert len(list(lists.entries("house"))) == 8
    entry = lists.entry("house", "3")
    assert entry is not None and str(entry.birth_dates[0].first) == "1961"
    assert lists.entry("house", "10") is None

    told = actions(databases, viewer)
    assert [action for action, _ in told] == ["list.loaded"] * 3
    assert told[1][1] | {"files": 0, "policy": 0} == {
        "version": 2,
        "format": "house",
        "published": None,
        "entries": 10,
        "added": 0,
        "changed": 2,
        "removed": 0,
        "problems": 0,
        "accepted": None,
        "files": 0,
        "policy": 0,
    }


def test_the_same_files_again_change_nothing_and_count_as_fetched(
    lists: Lists,
    house: Callable[..., list[Path]],
    databases: Databases,
    viewer: Callable[..., Viewer],
    clock: Any,
) -> None:
    lists.load("house", house(people(3)), "ours", actor=ACTOR)
    clock.forward(days=400)
    assert lists.show()[0].is_old and lists.show()[0].days == 400
    again = lists.load("house", house(people(3), "other_name.csv"), "ours", actor=ACTOR)
    assert not again.is_new and again.version.version == 1
    assert not lists.show()[0].is_old
    assert [action for action, _ in actions(databases, viewer)] == ["list.loaded", "list.checked"]


def test_half_of_its_size_is_refused_until_a_person_gives_a_reason(
    lists: Lists, house: Callable[..., list[Path]], databases: Databases, viewer: Callable[..., Viewer]
) -> None:
    lists.load("house", house(people(10)), actor=ACTOR)
    with pytest.raises(
        ListRefused, match="hold 4 entries where version 1 holds 10; version 1 stays in force"
    ):
        lists.load("house", house(people(4)), actor=ACTOR)
    assert len(list(lists.entries("house"))) == 10
    (standing,) = lists.show()
    assert standing.state.refused_because and standing.version and standing.version.version == 1
    with pytest.raises(ListRefused):
        lists.load("house", house(people(4)), actor=ACTOR, accept="  ")
    loaded = lists.load("house", house(people(4)), actor=ACTOR, accept="the harbour case was closed")
    assert loaded.version.removed == 6
    assert loaded.version.accepted and loaded.version.accepted.endswith("the harbour case was closed")
    assert lists.show()[0].state.refused_because is None
    told = actions(databases, viewer)
    assert [action for action, _ in told] == ["list.loaded", "list.refused", "list.refused", "list.loaded"]
    assert "4 entries" in told[1][1]["because"]


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        ({}, "no entry at all"),
        ({f"Other {number}": "1960" for number in range(10)} | {"Person 1": "1960"}, None),
        (people(6), "4 of the 10 entries of version 1 are not in the files"),
        (
            people(10, **{f"p{number}": "no date" for number in range(1, 8)}),
            "7 parts of 10 entries were not understood",
        ),
    ],
    ids=["empty", "renamed", "many gone", "not understood"],
)
def test_what_cannot_be_the_list(
    lists: Lists, house: Callable[..., list[Path]], after: dict[str, str], reason: str | None
) -> None:
    lists.load("house", house(people(10)), actor=ACTOR)
    if reason is None:
        assert lists.load("house", house(after), actor=ACTOR).version.version == 2
        return
    with pytest.raises(ListRefused, match=reason):
        lists.load("house", house(after), actor=ACTOR)
    assert lists.in_force() == {"house": 1}


def _un(day: str, *names: str) -> str:
    records = "".join(
        f"<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>{name}</FIRST_NAME></INDIVIDUAL>"
        for number, name in enumerate(names)
    )
    return (
        f'<CONSOLIDATED_LIST dateGenerated="{day}"><INDIVIDUALS>{records}</INDIVIDUALS></CONSOLIDATED_LIST>'
    )


def test_a_file_that_comes_late_is_refused(lists: Lists, tmp_path: Path) -> None:
    file = tmp_path / "un.xml"
    file.write_text(_un("2026-02-27T00:00:09.554Z", "A", "B"))
    lists.load("un", [file], actor=ACTOR)
    file.write_text(_un("2026-02-20T00:00:09.554Z", "A", "B", "C"))
    with pytest.raises(ListRefused, match="older than version 1, which is of 2026-02-27"):
        lists.load("un", [file], actor=ACTOR)
    file.write_text(_un("2026-02-27T12:00:00Z", "A", "B", "C"))
    assert lists.load("un", [file], actor=ACTOR).version.published == "2026-02-27T12:00:00Z"


def test_a_broken_file_leaves_the_old_list_and_is_told(
    lists: Lists, tmp_path: Path, databases: Databases, viewer: Callable[..., Viewer]
) -> None:
    file = tmp_path / "un.xml"
    file.write_text(_un("2026-02-27", "A", "B")[:90])
    with pytest.raises(ListUnreadable, match="breaks off"):
        lists.load("un", [file], actor=ACTOR)
    assert lists.in_force() == {} and lists.show()[0].version is None
    file.write_text(_un("2026-02-27", "A", "B"))
    lists.load("un", [file], actor=ACTOR)
    file.write_text("<html>maintenance</html>")
    with pytest.raises(ListUnreadable, match="begins with <html>"):
        lists.load("un", [file], actor=ACTOR)
    with pytest.raises(ListUnreadable, match="cannot be read"):
        lists.load("un", [tmp_path / "gone.xml"], actor=ACTOR)
    assert [entry.name for entry in lists.entries("un")] == ["A", "B"]
    refused = [detail for action, detail in actions(databases, viewer) if action == "list.refused"]
    assert [detail["files"] for detail in refused] == [["un.xml"], ["un.xml"], ["gone.xml"]]


def test_names_and_versions_that_are_not_there(lists: Lists, house: Callable[..., list[Path]]) -> None:
    for format, name in (("xlsx", None), ("house", "Our List"), ("house", "../etc")):
        with pytest.raises(UnknownList):
            lists.load(format, house(people(2)), name, actor=ACTOR)
    lists.load("house", house(people(2)), actor=ACTOR)
    with pytest.raises(UnknownList, match="no list ours"):
        lists.versions("ours")
    for version in (0, 2, -1):
        with pytest.raises(UnknownList, match="versions are 1 to 1"):
            list(lists.entries("house", version))


class Killed(BaseException):
    """The process is gone at this line."""


def test_a_load_that_is_killed_in_the_middle_is_invisible_and_the_next_one_begins_anew(
    lists: Lists, house: Callable[..., list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "SLICE", 4)
    lists.load("house", house(people(20)), actor=ACTOR)
    before = {entry.id: entry.content_hash for entry in lists.entries("house")}
    changed = {**people(18, **{f"p{number}": "1970" for number in range(1, 13)}), "New One": "1980"}
    slices = Loader._slice
    for survived in range(1, 6):
        done = 0

        def stop_after(self: Loader, work: Any, limit: int = survived) -> Any:
            nonlocal done
            done += 1
            if done > limit:
                raise Killed
            return slices(self, work)

        with monkeypatch.context() as patched:
            patched.setattr(Loader, "_slice", stop_after)
            with pytest.raises(Killed):
                lists.load("house", house(changed), actor=ACTOR)
        assert {entry.id: entry.content_hash for entry in lists.entries("house")} == before
        assert lists.in_force() == {"house": 1}
    loaded = lists.load("house", house(changed), actor=ACTOR)
    version = loaded.version
    assert (version.version, version.added, version.changed, version.removed) == (2, 0, 13, 1)
    assert len(list(lists.entries("house"))) == 19
    assert {entry.id: entry.content_hash for entry in lists.entries("house", 1)} == before


def test_stale_days_by_list(
    databases: Databases, clock: Any, house: Callable[..., list[Path]], tmp_path: Path
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("[watchlists]\nstale_days = 2\nstale_days_by_list = { slow = 90 }\n")
    lists = Lists(databases, policy=load_policy(file), clock=clock)
    for name in ("quick", "slow"):
        lists.load("house", house(people(2)), name, actor=ACTOR)
    clock.forward(days=3)
    assert {standing.state.name: standing.is_old for standing in lists.show()} == {
        "quick": True,
        "slow": False,
    }


def test_the_commands_and_the_doctor(
    house: Callable[..., list[Path]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BONAFIDE_HOME", str(tmp_path / "home"))

    def bonafide(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bonafide", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
            sys.exit(0)
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    (file,) = house(people(10))
    assert bonafide("lists", "show") == (
        0,
        "no list is loaded; `bonafide lists load un consolidated.xml` loads one\n",
        "",
    )
    status, out, _ = bonafide("lists", "load", "house", str(file), "--json")
    assert status == 0 and json.loads(out) | {"version": 1, "added": 10, "new": True} == json.loads(out)
    house(people(9, p2="1970"))
    assert bonafide("lists", "load", "house", str(file))[:2] == (
        0,
        "house version 2: 9 entries, 0 added, 1 changed, 1 removed\n",
    )
    status, out, _ = bonafide("lists", "diff", "house", "1", "--json")
    assert [json.loads(line)["change"] for line in out.splitlines()] == ["removed", "changed"]
    assert "~ 2  Person 2: birth_dates" in bonafide("lists", "diff", "house", "1")[1]

    house(people(3))
    status, _, err = bonafide("lists", "load", "house", str(file))
    assert status == 1 and "3 entries where version 2 holds 9; version 2 stays in force" in err
    file.write_text('name\n"broken')
    status, _, err = bonafide("lists", "load", "house", str(file))
    assert status == 4 and err.startswith(
        "bonafide: house.csv, line 2: a quotation mark is opened and never closed"
    )
    assert "refused" in bonafide("lists", "show")[1]
    assert bonafide("lists", "load", "hose", str(file))[0] == 2
    assert bonafide("lists", "show", "hose")[0] == 2

    (finding,) = (each for each in examine(build(load_settings())) if "house was refused" in each.what)
    assert finding.level is Level.MEND and "--accept" in finding.do
