"""Embeddings without a model: hashed pairs and triples of characters, so that like texts lie near each other."""

from __future__ import annotations

import base64
import math
import struct
from typing import Any
from zlib import crc32

from .tokens import tokens

DIMENSION = 64


def embed(body: dict[str, Any]) -> dict[str, Any]:
    """The reply to an embeddings request: one vector an input, as floats or as base64 of little-endian floats."""
    given = body["input"]
    if isinstance(given, str) or (given and isinstance(given[0], int)):
        given = [given]
    dimension = body.get("dimensions") or DIMENSION
    packed = body.get("encoding_format") == "base64"
    data = []
    for index, each in enumerate(given):
        values = vector(each if isinstance(each, str) else " ".join(map(str, each)), dimension)
        embedding = _pack(values) if packed else values
        data.append({"object": "embedding", "index": index, "embedding": embedding})
    used = sum(tokens(each) if isinstance(each, str) else len(each) for each in given)
    usage = {"prompt_tokens": used, "total_tokens": used}
    return {"object": "list", "data": data, "model": body.get("model", ""), "usage": usage}


def vector(text: str, dimension: int = DIMENSION) -> list[float]:
    """The vector of a text, of length 1; the same in every process."""
    values = [0.0] * dimension
    padded = f" {text.casefold()} "
    for size in (2, 3):
        for start in range(len(padded) - size + 1):
            code = crc32(padded[start : start + size].encode("utf-8", "replace"))
            values[(code >> 1) % dimension] += 1.0 if code & 1 else -1.0
    length = math.hypot(*values)
    if not length:  # contributions may cancel out
        return [1.0] + [0.0] * (dimension - 1)
    return [value / length for value in values]


def _pack(values: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()
