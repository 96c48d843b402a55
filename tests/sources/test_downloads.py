"""Files from addresses, whole or not at all, from a publisher that is right and from one that is not."""

from __future__ import annotations

import asyncio
import gzip
import time
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.sources.downloads import Download, Limits, Mark, fetch_together, shown
from knowledge.sources.errors import NotFetched, NotWhole, Unreachable
from tests.sources.publisher import Publisher

Fetch = Callable[..., list[Download] | None]


@pytest.fixture
def fetch(publisher: Publisher, tmp_path: Path) -> Fetch:
    """fetch(path, …): the files of the publisher under these paths."""

    def fetch(
        *paths: str, most: int = 1_000_000, seconds: float = 10, seen: tuple[Mark, ...] = ()
    ) -> list[Download] | None:
        addresses = [publisher.address(path) for path in paths]
        return fetch_together(addresses, tmp_path / "in", Limits(most, seconds), seen=seen)

    return fetch


def test_a_file_comes_as_it_is_and_is_asked_for_by_its_mark(fetch: Fetch, publisher: Publisher) -> None:
    publisher.gives("/lists/un.xml", "<a/>", etag='"one"', modified="Mon, 23 Nov 2026 09:00:00 GMT")
    (file,) = fetch("/lists/un.xml") or ()
    assert (file.path.name, file.path.read_text()) == ("un.xml", "<a/>")
    assert file.mark == Mark('"one"', "Mon, 23 Nov 2026 09:00:00 GMT")
    assert fetch("/lists/un.xml", seen=(file.mark,)) is None
    publisher.gives("/lists/un.xml", "<b/>", etag='"two"')
    (file,) = fetch("/lists/un.xml", seen=(file.mark,)) or ()
    assert file.path.read_text() == "<b/>"
    assert publisher.asked == [("/lists/un.xml", status) for status in (200, 304, 200)]


def test_who_has_an_event_loop_already_gets_the_same(fetch: Fetch, publisher: Publisher) -> None:
    publisher.gives("/lists/un.xml", "<a/>")

    async def within() -> list[Download] | None:
        return fetch("/lists/un.xml")

    (file,) = asyncio.run(within()) or ()
    assert file.path.read_text() == "<a/>"


def test_what_is_packed_is_unpacked_also_in_several_members(fetch: Fetch, publisher: Publisher) -> None:
    text = "某某公司\n" * 90_000
    publisher.gives("/a.csv", text, packed=True)
    (file,) = fetch("/a.csv", most=2_000_000) or ()
    assert file.path.read_text("utf-8") == text
    publisher.sends("/b.csv", gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 64, "gzip")
    (file,) = fetch("/b.csv") or ()
    assert file.path.read_text() == "one two"


def test_of_several_files_those_that_did_not_change_are_fetched_too_where_one_did(
    fetch: Fetch, publisher: Publisher
) -> None:
    publisher.gives("/sdn.csv", "1", etag='"s1"')
    publisher.gives("/alt.csv", "2", etag='"a1"')
    files = fetch("/sdn.csv", "/alt.csv") or []
    marks = tuple(file.mark for file in files)
    assert fetch("/sdn.csv", "/alt.csv", seen=marks) is None
    publisher.gives("/alt.csv", "3", etag='"a2"')
    files = fetch("/sdn.csv", "/alt.csv", seen=marks) or []
    assert [file.path.read_text() for file in files] == ["1", "3"]


def test_files_of_one_name_do_not_overwrite_each_other(fetch: Fetch, publisher: Publisher) -> None:
    publisher.gives("/one/content", "1")
    publisher.gives("/two/content", "2")
    assert [file.path.read_text() for file in fetch("/one/content", "/two/content") or ()] == ["1", "2"]


def test_a_file_that_changes_while_the_others_are_fetched_makes_all_be_fetched_anew(
    fetch: Fetch, publisher: Publisher
) -> None:
    publisher.gives("/sdn.csv", "of Monday", etag='"s1"')
    publisher.gives("/sdn.csv", "of Tuesday", etag='"s2"', then=True)
    publisher.gives("/alt.csv", "of Tuesday", etag='"a2"')
    files = fetch("/sdn.csv", "/alt.csv") or []
    assert [file.path.read_text() for file in files] == ["of Tuesday", "of Tuesday"]


@pytest.mark.parametrize("marked", [True, False])
def test_files_that_never_hold_still_are_of_no_one_moment(
    fetch: Fetch, publisher: Publisher, marked: bool
) -> None:
    publisher.gives("/alt.csv", "2")
    publisher.gives("/sdn.csv", "0", etag='"0"' if marked else None)
    for number in range(1, 9):
        publisher.gives("/sdn.csv", str(number), etag=f'"{number}"' if marked else None, then=True)
    with pytest.raises(NotWhole, match="not of one moment"):
        fetch("/sdn.csv", "/alt.csv")


def test_what_is_cut_short_is_not_taken(fetch: Fetch, publisher: Publisher) -> None:
    publisher.breaks_off("/a", b"x" * 100, 200)
    with pytest.raises(NotWhole, match="is cut short"):
        fetch("/a")
    packed = zlib.compress(b"y" * 100_000)
    publisher.sends("/b", packed[: len(packed) // 2], "gzip")
    with pytest.raises(NotWhole, match="is cut short"):
        fetch("/b")


def test_more_than_was_announced_is_not_read(fetch: Fetch, publisher: Publisher) -> None:
    publisher.breaks_off("/a", b"x" * 200, 100)
    (file,) = fetch("/a") or ()
    assert file.path.stat().st_size == 100


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", id="body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-", id="head"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99999\r\n\r\n"
            + zlib.compress(b"z" * 1000)[:20],
            id="packed",
        ),
    ],
)
def test_a_drip_ends_with_the_time(fetch: Fetch, publisher: Publisher, start: bytes) -> None:
    publisher.drips("/a", start, b"\0" if b"gzip" in start else b"x")
    began = time.monotonic()
    with pytest.raises(NotFetched) as wrong:
        fetch("/a", seconds=0.5)
    assert time.monotonic() - began < 3
    if b"gzip" not in start:
        assert isinstance(wrong.value, Unreachable)
        assert "not there whole after 0.5 s" in str(wrong.value)


def test_silence_ends_with_the_time(fetch: Fetch, publisher: Publisher) -> None:
    publisher.does("/a", lambda _: (publisher.ending.wait(5), None)[1])
    with pytest.raises(Unreachable):
        fetch("/a", seconds=0.3)


def test_redirects_are_followed_a_few_times(fetch: Fetch, publisher: Publisher) -> None:
    publisher.gives("/there.csv", "1")
    for number in range(5):
        onward = f"/{number + 1}" if number < 4 else "/there.csv"
        publisher.refuses(f"/{number}", 302, Location=onward)
    assert (fetch("/0") or [])[0].path.read_text() == "1"
    publisher.refuses("/there.csv", 307, Location="/0")
    with pytest.raises(Unreachable, match="passed on more than 5 times"):
        fetch("/0")
    assert len(publisher.asked) == 6 + 6


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/list.xml",
        "gopher://127.0.0.1/",
        "data:text/plain,x",
        "http://user:pass@127.0.0.1/",
        "http://[::1/",
    ],
)
def test_redirects_to_anywhere_else_are_not(fetch: Fetch, publisher: Publisher, target: str) -> None:
    publisher.refuses("/a", 302, Location=target)
    with pytest.raises(Unreachable) as wrong:
        fetch("/a")
    assert "passwd" not in str(wrong.value) and "pass@" not in str(wrong.value)
    assert publisher.asked == [("/a", 302)]


@pytest.mark.parametrize("status", [404, 403, 500, 204, 206, 304, 302])
def test_an_answer_that_is_no_file(fetch: Fetch, publisher: Publisher, status: int) -> None:
    publisher.refuses("/a", status)
    with pytest.raises(Unreachable, match=f"answers {status}"):
        fetch("/a")


def test_too_many_requests_say_how_long_to_wait(fetch: Fetch, publisher: Publisher) -> None:
    publisher.refuses("/a", 429, Retry_After="7200")
    with pytest.raises(Unreachable) as wrong:
        fetch("/a")
    assert wrong.value.wait_seconds == 7200
    publisher.refuses("/a", 503, Retry_After="99999999999")
    with pytest.raises(Unreachable) as wrong:
        fetch("/a")
    assert wrong.value.wait_seconds == 86_400


def test_a_body_beyond_the_limit_is_broken_off(fetch: Fetch, publisher: Publisher) -> None:
    publisher.gives("/announced", b"x" * 2000)
    with pytest.raises(NotWhole, match=r"more than the 0 MB .*watchlists\.max_megabytes"):
        fetch("/announced", most=1000)
    publisher.pours("/endless", b"x" * 65_536)
    with pytest.raises(NotWhole, match="more than the 1 MB"):
        fetch("/endless", most=1_000_000)


def test_a_bomb_is_broken_off_with_little_memory(fetch: Fetch, publisher: Publisher, tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    zeros = b"\0" * 1_000_000
    bomb = b"".join(packer.compress(zeros) for _ in range(200)) + packer.flush()
    publisher.sends("/bomb.csv", bomb, "gzip")
    tracemalloc.start()
    with pytest.raises(NotWhole, match="more than the 3 MB"):
        fetch("/bomb.csv", most=3_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000
    assert (tmp_path / "in" / "0" / "bomb.csv").stat().st_size <= 3_000_000


def test_what_is_packed_otherwise_or_not_at_all_is_not_taken(fetch: Fetch, publisher: Publisher) -> None:
    for encoding, said in (("br", "packed as “br”"), ("gzip", "cannot be unpacked")):
        publisher.sends("/a", b"plain", encoding)
        with pytest.raises(NotWhole, match=said):
            fetch("/a")


def test_nobody_there_and_no_certificate_that_is_trusted(publisher: Publisher, tmp_path: Path) -> None:
    for address in ("http://127.0.0.1:9/a", publisher.address("/a").replace("http:", "https:")):
        with pytest.raises(Unreachable, match="cannot be reached"):
            fetch_together([address], tmp_path, Limits(1000, 5))


def test_a_token_in_an_address_is_not_said(fetch: Fetch, publisher: Publisher) -> None:
    publisher.refuses("/a", 403)
    with pytest.raises(Unreachable) as wrong:
        fetch("/a?token=secret-7")
    assert "secret" not in str(wrong.value)
    assert shown("https://u:p@host:8443/x/y?token=1#z") == "https://host:8443/x/y"
