"""The hashes of the ledger: RFC 6962 leaves and tree, and a chain from entry to entry."""

from __future__ import annotations

import hashlib

#: What the first entry's chain value builds on.
NO_CHAIN = "0" * 64


def leaf_hash(content: bytes) -> str:
    """RFC 6962 leaf: SHA-256(0x00 ‖ content), in hexadecimal."""
    return hashlib.sha256(b"\x00" + content).hexdigest()


def chain_hash(previous: str, leaf: str) -> str:
    """SHA-256(0x01 ‖ previous chain value ‖ leaf), in hexadecimal."""
    return _node(bytes.fromhex(previous), bytes.fromhex(leaf)).hex()


class Tree:
    """The root of an RFC 6962 Merkle tree over leaves that come one after the other, in logarithmic memory."""

    def __init__(self) -> None:
        self._size = 0
        self._complete: list[bytes] = []  # roots of complete subtrees, largest first

    def add(self, leaf: str) -> None:
        """Add the next leaf hash."""
        node, size = bytes.fromhex(leaf), self._size
        while size & 1:
            node, size = _node(self._complete.pop(), node), size >> 1
        self._complete.append(node)
        self._size += 1

    def root(self) -> str:
        """The root over all leaves so far, in hexadecimal; of no leaves, the hash of nothing."""
        if not self._complete:
            return hashlib.sha256(b"").hexdigest()
        node = self._complete[-1]
        for left in reversed(self._complete[:-1]):
            node = _node(left, node)
        return node.hex()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
