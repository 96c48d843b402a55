"""What was packed for the way (传输压缩), unpacked in bounded pieces, however much a small one grows to."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from knowledge.sources.errors import NotWhole

_PIECE = 1 << 18
#: Reads the head of gzip and of zlib alike.
_EITHER = zlib.MAX_WBITS | 32


class Unpacking:
    """The way from received bytes to those of the file, for one answer."""

    def __init__(self, encoding: str, name: str) -> None:
        """`encoding` as the header says it; raises NotWhole for one that was not asked for."""
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise NotWhole(f"{name} comes packed as “{encoding[:20]}”, which was not asked for")
        self._name = name
        self._inflater = None if encoding in ("", "identity") else zlib.decompressobj(_EITHER)
        self._began = False

    @property
    def is_whole(self) -> bool:
        """Whether what was packed has come to its end."""
        return self._inflater is None or self._inflater.eof or not self._began

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The next pieces of the file; raises NotWhole where they cannot be unpacked."""
        if self._inflater is None:
            yield data
            return
        self._began = self._began or bool(data)
        while True:
            if self._inflater.eof:
                # Several packed one after the other are one file; zeros behind the last are filling.
                if not data.strip(b"\0"):
                    return
                self._inflater = zlib.decompressobj(_EITHER)
            try:
                piece = self._inflater.decompress(data, _PIECE)
            except zlib.error:
                raise NotWhole(f"{self._name} cannot be unpacked; it is damaged") from None
            if piece:
                yield piece
            data = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail
            if not self._inflater.eof and not data and len(piece) < _PIECE:
                return
