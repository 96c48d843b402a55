"""Files from addresses (下载): streamed to the disk, whole or not at all, within a size and a time.

Nothing of the other side is trusted: it may send page after page of nothing, a byte a second, a redirect to anywhere,
or a small file that unpacks to a large one. The time holds for everything together, from the first look-up of a name
to the last byte, which only an event loop can break off at any point; so this room has one inside.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from knowledge.sources.errors import NotWhole, Unreachable
from knowledge.sources.unpacking import Unpacking

#: Redirects that are followed, and seconds of silence after which nobody is waited for.
_REDIRECTS, _SILENCE = 5, 30.0
#: How often files that belong together are fetched anew when they change meanwhile.
_ROUNDS = 2
#: The longest wait that another side may ask for, in seconds.
_PATIENCE = 86_400
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of one file after unpacking, and seconds of all files together."""

    bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Mark:
    """How to ask whether a file is still the same: the two words that its publisher gave with it."""

    etag: str | None = None
    modified: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What makes a request one that may be answered with “not modified”."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class Download:
    """A file as it came."""

    path: Path
    sha256: str
    mark: Mark


def fetch_together(
    addresses: Sequence[str], folder: Path, limits: Limits, *, seen: Sequence[Mark] = ()
) -> list[Download] | None:
    """The files of these addresses, all of one moment, in subfolders of `folder`; None where all are as `seen`.

    Where one of several changes while the others are fetched, all are fetched anew. Raises Unreachable and NotWhole.
    """
    fetching = _Fetching(addresses, folder, limits)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(fetching.run(seen))
    # Called from within a loop, which must not be a loop in that loop: it gets a thread of its own.
    with ThreadPoolExecutor(1, "fetching") as own:
        return own.submit(lambda: asyncio.run(fetching.run(seen))).result()


def shown(address: str | httpx.URL) -> str:
    """An address as people and logs may see it: without user, question mark and what follows, which may be a key."""
    url = httpx.URL(address)
    return f"{url.scheme}://{url.netloc.decode('ascii', 'replace').rpartition('@')[2]}{url.path}"


class _Fetching:
    """One round of fetching files that belong together."""

    def __init__(self, addresses: Sequence[str], folder: Path, limits: Limits) -> None:
        self._addresses, self._folder, self._limits = addresses, folder, limits
        self._at = addresses[0]

    async def run(self, seen: Sequence[Mark]) -> list[Download] | None:
        timeout = httpx.Timeout(min(_SILENCE, self._limits.seconds))
        headers = {"User-Agent": "Bonafide", "Accept-Encoding": "gzip"}
        try:
            async with (
                asyncio.timeout(self._limits.seconds),
                httpx.AsyncClient(timeout=timeout, headers=headers, follow_redirects=False) as self._client,
            ):
                return await self._all(list(seen) if len(seen) == len(self._addresses) else [])
        except TimeoutError:
            raise Unreachable(
                f"{shown(self._at)} was not there whole after {self._limits.seconds:g} s "
                "(watchlists.fetch_seconds); the other side is slow or holds the line open"
            ) from None
        except httpx.InvalidURL as wrong:
            raise Unreachable(f"an address that was given or sent cannot be read: {wrong}") from None

    async def _all(self, seen: list[Mark]) -> list[Download] | None:
        marks = seen or [Mark()] * len(self._addresses)
        found = [
            await self._fetch(address, str(number), mark if mark.headers else None)
            for number, (address, mark) in enumerate(zip(self._addresses, marks, strict=True))
        ]
        if not any(found):
            return None
        for _ in range(_ROUNDS):
            files = [
                each if each is not None else await self._whole(address, str(number))
                for number, (address, each) in enumerate(zip(self._addresses, found, strict=True))
            ]
            if len(files) == 1 or not await self._changed(files):
                return files
            found = [None] * len(files)
        raise NotWhole(
            f"{shown(self._addresses[0])} and what belongs to it change while they are fetched; they are not of one "
            "moment"
        )

    async def _changed(self, files: list[Download]) -> bool:
        """Whether a file is another one than a moment ago."""
        for address, file in zip(self._addresses, files, strict=True):
            again = await self._fetch(address, "again", file.mark if file.mark.headers else None)
            if again is not None and again.sha256 != file.sha256:
                return True
        return False

    async def _whole(self, address: str, place: str) -> Download:
        file = await self._fetch(address, place, None)
        assert file is not None
        return file

    async def _fetch(self, address: str, place: str, mark: Mark | None) -> Download | None:
        """One file, following redirects; None where it is as it was when it got the `mark`."""
        url = httpx.URL(address)
        for _ in range(_REDIRECTS + 1):
            self._at = str(url)
            request = self._client.build_request("GET", url, headers=mark.headers if mark else None)
            try:
                response = await self._client.send(request, stream=True)
            except httpx.HTTPError as wrong:
                raise Unreachable(f"{shown(url)} cannot be reached: {_said(wrong)}") from None
            try:
                if response.status_code == HTTPStatus.NOT_MODIFIED and mark is not None:
                    return None
                if response.status_code == HTTPStatus.OK:
                    return await self._keep(response, address, place)
                url = _onward(url, response)
            except httpx.TimeoutException:
                raise Unreachable(f"{shown(url)} began and then was silent for {_SILENCE:g} s") from None
            except httpx.HTTPError as wrong:
                raise NotWhole(f"{shown(url)} is cut short: {_said(wrong)}") from None
            finally:
                await response.aclose()
        raise Unreachable(
            f"{shown(address)} was passed on more than {_REDIRECTS} times; it may lead in a circle"
        )

    async def _keep(self, response: httpx.Response, address: str, place: str) -> Download:
        limit, name = self._limits.bytes, shown(response.url)
        too_large = NotWhole(
            f"{name} has more than the {limit // 1_000_000:,} MB that policy allows (watchlists.max_megabytes)"
        )
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            raise too_large
        unpacking = Unpacking(response.headers.get("content-encoding", ""), name)
        path = self._folder / place / _file_name(address)
        digest, size, received = hashlib.sha256(), 0, 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                async for packed in response.aiter_raw():
                    received += len(packed)
                    for piece in unpacking.feed(packed):
                        size += len(piece)
                        if size > limit:
                            raise too_large
                        digest.update(piece)
                        file.write(piece)
                        # What unpacks to much gives the clock its turn.
                        await asyncio.sleep(0)
        except OSError as wrong:
            raise Unreachable(f"{name} cannot be written to the disk: {wrong.strerror or wrong}") from None
        if (announced.isdecimal() and received != int(announced)) or not unpacking.is_whole:
            raise NotWhole(f"{name} is cut short: {received:,} bytes came of {announced or 'a packed file'}")
        headers = response.headers
        return Download(
            path, digest.hexdigest(), Mark(_word(headers.get("etag")), _word(headers.get("last-modified")))
        )


def _onward(url: httpx.URL, response: httpx.Response) -> httpx.URL:
    """Where an answer sends on; raises Unreachable for an answer that is neither a file nor a way on."""
    status, target = response.status_code, response.headers.get("location", "")
    if status not in (301, 302, 303, 307, 308) or not target:
        reason = HTTPStatus(status).phrase if status in set(HTTPStatus) else "an answer that nobody knows"
        wait = response.headers.get("retry-after", "")
        raise Unreachable(
            f"{shown(url)} answers {status} ({reason}); look at the address in the policy and what its publisher says",
            wait_seconds=min(int(wait), _PATIENCE) if wait.isdecimal() else 0,
        )
    onward = url.join(target)
    allowed = ("https",) if url.scheme == "https" else ("https", "http")
    if onward.scheme not in allowed or not onward.host or onward.userinfo:
        raise Unreachable(
            f"{shown(url)} sends on to “{onward.scheme[:20]}://{onward.host[:80]}”, where nothing is fetched from"
        )
    return onward


def _file_name(address: str) -> str:
    """The last part of the address that looks like a file, for messages that name the file."""
    parts = [_ODD.sub("-", part).strip("-.")[-80:] for part in httpx.URL(address).path.split("/")]
    named = [part for part in parts if part]
    return next((part for part in reversed(named) if "." in part), named[-1] if named else "file")


def _word(value: str | None) -> str | None:
    return value if value and len(value) <= 300 and value.isascii() and value.isprintable() else None


def _said(wrong: Exception) -> str:
    return str(wrong) or type(wrong).__name__
