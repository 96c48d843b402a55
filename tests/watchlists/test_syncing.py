"""Lists fetched from a publisher: what is new, what stayed, what is refused and told once, and when each is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest

from knowledge.watchlists.errors import UnknownList
from knowledge.watchlists.formats import FORMATS
from knowledge.watchlists.loading import Loader
from knowledge.watchlists.service import Lists, Standing
from knowledge.watchlists.syncing import ACTOR, Outcome, Synced, Syncing
from store.access import Audience, Role, Viewer
from store.engine import Databases, reading, unit_of_work
from store.ledger import read
from store.list_syncs import ListSyncs, SyncState
from store.policy import PolicyError, load_policy
from store.policy.screening import ListSource
from tests.sources.publisher import Publisher


def rows(*names: str) -> str:
    """A list of one's own with these people."""
    return "id,name\n" + "".join(f"{number},{name}\n" for number, name in enumerate(names, 1))


PEOPLE = tuple(f"Person {number}" for number in range(1, 11))


class House:
    """Lists, a policy that names a publisher, and a clock."""

    def __init__(self, databases: Databases, publisher: Publisher, clock: Any, folder: Path) -> None:
        self.databases, self.publisher, self.clock, self.folder = databases, publisher, clock, folder
        self.sources("house", "/list.csv")

    def sources(self, format: str, *paths: str, **more: str) -> None:
        """The list “ours” is fetched from these paths."""
        addresses = ", ".join(f'"{self.publisher.address(path)}"' for path in paths)
        keys = {"every_hours": "24", "max_megabytes": "1", **more}
        section = "".join(f"{key} = {keys[key]}\n" for key in keys if key != "every_hours")
        path = self.folder / "policy.toml"
        path.write_text(
            f"[watchlists]\n{section}"
            f'[[watchlists.sources]]\nname = "ours"\nformat = "{format}"\naddresses = [{addresses}]\n'
            f"every_hours = {keys['every_hours']}\n",
            encoding="utf-8",
        )
        self.policy = load_policy(path)
        self.lists = Lists(self.databases, policy=self.policy, clock=self.clock)

    @property
    def syncing(self) -> Syncing:
        """Another process each time."""
        return Syncing(self.databases, policy=self.policy, clock=self.clock, folder=self.folder / "fetched")

    def sync(self, accept: str | None = None) -> Synced:
        (source,) = self.syncing.sources("ours")
        return self.syncing.sync(source, actor=ACTOR, accept=accept)

    def round(self) -> list[Synced]:
        """What a worker does when it looks at the clock."""
        return [self.syncing.sync(source, actor=ACTOR) for source in self.syncing.due()]

    def after(self, **step: float) -> list[Outcome]:
        """A round after some time."""
        self.clock.forward(**step)
        return [synced.outcome for synced in self.round()]

    def state(self) -> SyncState:
        with reading(self.databases.read) as connection:
            return ListSyncs(connection).find("ours")

    def standing(self) -> Standing:
        (standing,) = self.lists.show()
        return standing

    def told(self) -> list[str]:
        """What the ledger tells of the list, oldest first."""
        viewer = Viewer("audit", Role.COMPLIANCE, Audience.alone(), self.policy.rights)
        with reading(self.databases.read) as connection:
            return [entry.action.removeprefix("list.") for entry in reversed(read(connection, viewer=viewer))]


@pytest.fixture
def house(databases: Databases, publisher: Publisher, clock: Any, tmp_path: Path) -> House:
    """A fresh house, once a kind of database."""
    return House(databases, publisher, clock, tmp_path)


@pytest.fixture
def sqlite_house(sqlite_databases: Databases, publisher: Publisher, clock: Any, tmp_path: Path) -> House:
    """A fresh house on SQLite alone."""
    return House(sqlite_databases, publisher, clock, tmp_path)


def test_new_then_unchanged_then_changed(house: House) -> None:
    publisher = house.publisher
    publisher.gives("/list.csv", rows(*PEOPLE), etag='"1"')
    assert [source.name for source in house.syncing.due()] == ["ours"]
    first = house.sync()
    assert first.version is not None
    assert (first.outcome, first.version.version, first.version.added) == (Outcome.NEW, 1, 10)
    assert first.version.files[0]["name"] == "list.csv"
    assert (first.version.loaded_by, house.syncing.due()) == (ACTOR, [])
    assert house.after(hours=23) == []
    # Not modified is a success without a file: the list is as young as this look.
    assert house.after(hours=2) == [Outcome.UNCHANGED]
    assert house.standing().state.synced_at == house.clock() == house.state().looked_at
    publisher.gives("/list.csv", rows(*PEOPLE, "Newcomer"), etag='"2"')
    (second,) = house.round() if house.clock.forward(days=1) else []
    assert second.version is not None
    assert (second.outcome, second.version.added, second.version.removed) == (Outcome.NEW, 1, 0)
    assert [status for _, status in publisher.asked] == [200, 304, 200]
    assert house.told() == ["loaded", "checked", "loaded"]
    assert not (house.folder / "fetched" / "ours").exists()


def test_the_same_bytes_make_no_version_where_the_publisher_gives_no_marks(house: House) -> None:
    house.publisher.gives("/list.csv", rows(*PEOPLE))
    assert [house.sync().outcome, house.sync().outcome] == [Outcome.NEW, Outcome.UNCHANGED]
    assert house.told() == ["loaded", "checked"]


def test_not_modified_counts_only_for_what_is_in_force(house: House) -> None:
    house.publisher.gives("/list.csv", rows(*PEOPLE), etag='"1"')
    house.sync()
    other = house.folder / "other.csv"
    other.write_text(rows(*PEOPLE, "By hand"), encoding="utf-8")
    house.lists.load("house", [other], "ours", actor="cli:li")
    again = house.sync()
    assert again.version is not None
    assert (again.outcome, again.version.version, again.version.removed) == (Outcome.NEW, 3, 1)


def test_what_is_refused_is_written_down_once_and_not_loaded_again(house: House) -> None:
    house.publisher.gives("/list.csv", rows(*PEOPLE), etag='"1"')
    house.sync()
    house.publisher.gives("/list.csv", rows(*PEOPLE[:3]), etag='"2"')
    house.clock.forward(days=1)
    refused = house.sync()
    assert refused.outcome is Outcome.REFUSED and refused.version is not None
    assert "3 entries where version 1 holds 10" in refused.because
    since = house.standing().state.refused_at
    assert since == house.clock()
    for _ in range(3):
        assert house.after(days=1) == [Outcome.REFUSED]
    assert house.standing().state.refused_at == since, "nobody is told again"
    assert [status for _, status in house.publisher.asked] == [200, 200, 304, 304, 304]
    assert house.told() == ["loaded", "refused"]
    # Another thing that is wrong is told.
    house.publisher.gives("/list.csv", rows(*PEOPLE[:2]), etag='"3"')
    assert house.after(days=1) == [Outcome.REFUSED]
    assert house.told() == ["loaded", "refused", "refused"]
    assert house.state().failures == 5
    house.publisher.gives("/list.csv", rows(*PEOPLE, "Newcomer"), etag='"4"')
    assert house.after(days=1) == [Outcome.NEW]
    assert (house.state().failures, house.state().trouble, house.state().told) == (0, None, None)
    assert house.standing().state.refused_because is None


def test_a_refused_file_is_taken_with_a_reason_and_looked_at_again_under_another_policy(house: House) -> None:
    house.publisher.gives("/list.csv", rows(*PEOPLE), etag='"1"')
    house.sync()
    house.publisher.gives("/list.csv", rows(*PEOPLE[:4]), etag='"2"')
    assert house.sync().outcome is Outcome.REFUSED
    taken = house.sync(accept="the harbour case was closed")
    assert taken.version is not None
    assert (taken.outcome, taken.version.version, taken.version.removed) == (Outcome.NEW, 2, 6)
    assert taken.version.accepted and taken.version.accepted.endswith("the harbour case was closed")
    house.publisher.gives("/list.csv", rows(*PEOPLE[:1]), etag='"3"')
    assert house.sync().outcome is Outcome.REFUSED
    house.sources("house", "/list.csv", smallest_share="0.1", largest_removed="0.9")
    assert house.sync().outcome is Outcome.NEW


@pytest.mark.parametrize(
    ("format", "body", "said"),
    [
        ("un", "<!DOCTYPE html><html><body>maintenance</body></html>", "is a web page"),
        ("house", "<html><body>Please sign in</body></html>", "is a web page"),
        ("un", "<html>maintenance</html>", "begins with <html>"),
        ("house", "", "is empty"),
        ("un", '<CONSOLIDATED_LIST dateGenerated="2026-02-27"><INDIVIDUALS><INDIV', "breaks off"),
    ],
)
def test_a_page_with_200_or_half_a_file_is_refused(
    sqlite_house: House, format: str, body: str, said: str
) -> None:
    sqlite_house.sources(format, "/list.csv")
    sqlite_house.publisher.gives("/list.csv", body)
    refused = sqlite_house.sync()
    assert (refused.outcome, refused.version) == (Outcome.REFUSED, None)
    assert said in refused.because
    assert sqlite_house.standing().state.refused_because == refused.because


def test_a_file_cut_short_is_refused_and_told_once_whatever_the_number_of_bytes(house: House) -> None:
    house.publisher.gives("/list.csv", rows(*PEOPLE))
    house.sync()
    for size in (10, 20, 30):
        house.publisher.breaks_off("/list.csv", b"x" * size, 1000)
        assert house.after(days=1) == [Outcome.REFUSED]
    assert "cut short" in (house.standing().state.refused_because or "")
    assert house.told() == ["loaded", "refused"]
    assert len(list(house.lists.entries("ours"))) == 10


def test_a_publisher_that_is_away_is_told_of_after_three_attempts_and_once(house: House) -> None:
    house.publisher.gives("/list.csv", rows(*PEOPLE))
    house.sync()
    house.publisher.refuses("/list.csv", 500)
    assert house.after(days=1) == [Outcome.UNREACHABLE]
    assert house.standing().state.refused_at is None
    # Then after 15 minutes, 30, 60 … up to the list's own interval.
    assert house.after(minutes=14) == []
    assert house.after(minutes=1) == [Outcome.UNREACHABLE]
    assert house.after(minutes=29) == []
    assert house.after(minutes=1) == [Outcome.UNREACHABLE]
    assert house.standing().state.refused_at == house.clock()
    assert "answers 500" in (house.standing().state.refused_because or "")
    house.publisher.refuses("/list.csv", 404)
    for _ in range(9):
        assert house.after(days=1) == [Outcome.UNREACHABLE]
    assert house.told() == ["loaded", "refused"]
    assert house.after(hours=23) == []
    house.publisher.gives("/list.csv", rows(*PEOPLE))
    assert house.after(hours=1) == [Outcome.UNCHANGED]
    assert house.standing().state.refused_at is None
    # The next time it is news again.
    house.publisher.refuses("/list.csv", 404)
    for _ in range(3):
        house.after(days=1)
    assert house.told() == ["loaded", "refused", "checked", "refused"]


def test_who_asks_to_be_left_alone_is(sqlite_house: House) -> None:
    house = sqlite_house
    house.publisher.refuses("/list.csv", 429, Retry_After="7200")
    assert house.after() == [Outcome.UNREACHABLE]
    assert house.after(minutes=119) == []
    assert house.after(minutes=1) == [Outcome.UNREACHABLE]


def test_other_addresses_in_the_policy_are_due_at_once_but_wait_after_a_failure(sqlite_house: House) -> None:
    house = sqlite_house
    house.publisher.gives("/list.csv", rows(*PEOPLE))
    house.sync()
    house.sources("house", "/moved.csv")
    assert house.after(minutes=1) == [Outcome.UNREACHABLE]
    assert house.after(minutes=1) == []
    house.publisher.gives("/moved.csv", rows(*PEOPLE))
    assert house.after(minutes=14) == [Outcome.UNCHANGED]


def test_four_files_of_one_list_come_together_or_not_at_all(house: House) -> None:
    files = {
        "/SDN.CSV": '1,"ALPHA TRADING","-0- ","SDGT","-0- "' + ',"-0- "' * 7 + "\n",
        "/ALT.CSV": '1,11,"aka","ALFA TRADE","-0- "\n',
        "/ADD.CSV": '1,21,"1 Dock Road","Perm","Russia","-0- "\n',
        "/SDN_COMMENTS.CSV": '1,"and more."\n',
    }
    house.sources("ofac", *files)
    for path, body in list(files.items())[:3]:
        house.publisher.gives(path, body, etag=f'"{path}"')
    assert house.sync().outcome is Outcome.UNREACHABLE
    assert house.lists.in_force() == {}
    house.publisher.gives("/SDN_COMMENTS.CSV", files["/SDN_COMMENTS.CSV"])
    synced = house.sync()
    assert synced.version is not None
    assert [file["name"] for file in synced.version.files] == [path[1:] for path in files]
    (entry,) = house.lists.entries("ours")
    assert [name.text for name in entry.names] == ["ALPHA TRADING", "ALFA TRADE"]
    # A file that changes between two others: those of the next day are taken, whole.
    for path, day in (("/SDN.CSV", "1"), ("/SDN.CSV", "2"), ("/ALT.CSV", "2")):
        body = files[path].replace("ALPHA", f"ALPHA{day}").replace("ALFA", f"ALFA{day}")
        house.publisher.gives(path, body, etag=f'"{path}{day}"', then=day == "2" and path == "/SDN.CSV")
    assert house.sync().outcome is Outcome.NEW
    (entry,) = house.lists.entries("ours")
    assert [name.text for name in entry.names] == ["ALPHA2 TRADING", "ALFA2 TRADE"]


def test_one_fetches_at_a_time_and_who_died_with_its_turn_loses_it(house: House) -> None:
    house.publisher.gives("/list.csv", rows(*PEOPLE))
    other, now = uuid4(), datetime.now(UTC)
    with unit_of_work(house.databases.write) as connection:
        assert ListSyncs(connection).take("ours", other, now=now, until=now + timedelta(hours=1))
    assert house.syncing.due() == []
    assert house.sync().outcome is Outcome.BUSY
    assert house.publisher.asked == []
    with unit_of_work(house.databases.write) as connection:
        syncs = ListSyncs(connection)
        syncs.give_back(other)
        assert syncs.take("ours", other, now=now, until=now - timedelta(seconds=1))
    assert [synced.outcome for synced in house.round()] == [Outcome.NEW]
    with unit_of_work(house.databases.write) as connection:
        assert not ListSyncs(connection).settle("ours", other, failures=9)
    assert house.state().failures == 0


def test_a_fault_of_the_program_waits_like_any_other(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = sqlite_house
    house.publisher.gives("/list.csv", rows(*PEOPLE))

    class Fault(Exception):
        pass

    def fail(*_: Any, **__: Any) -> None:
        raise Fault

    with monkeypatch.context() as patched:
        patched.setattr(Loader, "bring", fail)
        with pytest.raises(Fault):
            house.sync()
    assert "the program failed at it (Fault)" in (house.standing().state.refused_because or "")
    assert house.after(minutes=1) == []
    assert house.after(minutes=14) == [Outcome.NEW]


def test_a_list_without_success_for_three_rounds_is_old(sqlite_house: House) -> None:
    house = sqlite_house
    house.sources("house", "/list.csv", every_hours="2")
    house.publisher.gives("/list.csv", rows(*PEOPLE))
    house.sync()
    house.clock.forward(hours=5, minutes=59)
    assert not house.standing().is_old
    house.clock.forward(minutes=1)
    assert house.standing().is_old
    house.sync()
    assert not house.standing().is_old


def test_a_name_that_policy_does_not_know(sqlite_house: House) -> None:
    with pytest.raises(UnknownList, match=r"watchlists\.sources\]\], where there are ours"):
        sqlite_house.syncing.sources("theirs")


def test_the_formats_of_the_policy_are_those_that_can_be_read() -> None:
    assert set(get_args(ListSource.model_fields["format"].annotation)) == set(FORMATS)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('name = "Ours"', "line 2: watchlists.sources.name is 'Ours'"),
        ('format = "xlsx"', "line 3: watchlists.sources.format is 'xlsx': input should be 'ofac'"),
        ("addresses = []", "line 4: watchlists.sources.addresses is wrong: tuple should have at least 1"),
        ('addresses = ["file:///etc/passwd"]', "address 1 must begin with https:// or http://"),
        ('addresses = ["https://a/b", "https:///b?token=s3"]', "address 2 must begin with"),
        ('addresses = ["https://u:p@a/b?token=s3"]', "neither a user, a password nor a space"),
        ('addresses = ["https://a/b", "https://a/b"]', "an address stands there twice"),
        ('addresses = ["https://a:x/b"]', "address 1 cannot be read as an address"),
        ("every_hours = 0", "line 5: watchlists.sources.every_hours is 0"),
        ("often = 1", "watchlists.sources.often is not a key of the policy"),
    ],
)
def test_a_source_that_cannot_work_is_said_in_a_sentence_without_its_token(
    tmp_path: Path, source: str, said: str
) -> None:
    keys = {
        "name": 'name = "ours"',
        "format": 'format = "un"',
        "addresses": 'addresses = ["https://a/b"]',
        "every_hours": "every_hours = 24",
    }
    keys[source.split()[0]] = source
    path = tmp_path / "policy.toml"
    path.write_text("[[watchlists.sources]]\n" + "\n".join(keys.values()) + "\n", encoding="utf-8")
    with pytest.raises(PolicyError) as wrong:
        load_policy(path)
    assert said in str(wrong.value) and "s3" not in str(wrong.value)


def test_two_lists_of_one_name_are_refused(tmp_path: Path) -> None:
    one = '[[watchlists.sources]]\nname = "un"\nformat = "un"\naddresses = ["https://a/b"]\n'
    path = tmp_path / "policy.toml"
    path.write_text(one * 2, encoding="utf-8")
    with pytest.raises(
        PolicyError, match="sources is wrong: two lists are called un; give each its own name"
    ):
        load_policy(path)


def test_the_examples_in_the_default_policy_are_right_once_their_signs_are_gone(tmp_path: Path) -> None:
    from store.policy import DEFAULT

    text = DEFAULT.read_text(encoding="utf-8")
    begin = text.index("# [[watchlists.sources]]")
    end = text.index("\n\n", begin)
    lines = [line.removeprefix("# ").removeprefix("#") for line in text[begin:end].splitlines()]
    blocks = "\n".join(lines).split("[[watchlists.sources]]")[1:]
    path = tmp_path / "policy.toml"
    found = []
    for block in blocks:
        path.write_text("[[watchlists.sources]]" + block, encoding="utf-8")
        found += load_policy(path).watchlists.sources
    assert [(source.name, len(source.addresses)) for source in found] == [
        ("ofac", 1),
        ("ofac", 4),
        ("un", 1),
        ("eu", 1),
        ("uk", 1),
    ]
    assert load_policy().watchlists.sources == ()
