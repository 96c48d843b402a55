"""Vectors with no download (字符 n-gram 哈希向量): what two texts share in letters, also where they are misspelt.

A text becomes the signed, hashed counts of its n-grams: two to four letters of Latin words, with the word's borders;
single Han characters, their bigrams, and pairs with one character between them, which outlive a wrong character in
the middle. Nothing is learned and nothing depends on other texts, so a passage is embedded once and for all. This is
no semantic embedder: it finds the same words written otherwise, not the same meaning in other words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.passages.stopwords import CHINESE_STOP_CHARACTERS
from knowledge.passages.terms import fold

#: Stored beside the index; vectors of another version are never compared with these.
EMBEDDING_VERSION = "ngram-1"

#: The length of a vector.
DIMENSIONS = 1024

#: So many characters of a text are embedded at most, and so many go through the arrays at once.
LONGEST_TEXT = 20_000
_BATCH = 120_000

_SPACE = 32
_PRIMES = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F], dtype=np.uint32)


def embed(texts: Sequence[str], *, dimensions: int = DIMENSIONS) -> NDArray[np.float32]:
    """One row a text, float32 and of length 1; a text without a letter or digit gives a row of zeros.

    `dimensions` is a power of two. The same text gives the same row in every process and on every machine.
    """
    vectors = np.zeros((len(texts), dimensions), dtype=np.float32)
    start = 0
    portion: list[str] = []
    waiting = 0
    for at, text in enumerate(texts):
        portion.append(fold(text[:LONGEST_TEXT]))
        waiting += len(portion[-1])
        if waiting >= _BATCH or at == len(texts) - 1:
            vectors[start : at + 1] = _embed(portion, dimensions)
            start, portion, waiting = at + 1, [], 0
    return vectors


def _embed(folded: Sequence[str], dimensions: int) -> NDArray[np.float32]:
    # Every text ends in a border wide enough that no n-gram reaches from one into the next.
    joined = "".join(f" {text}    " for text in folded)
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    lengths = np.fromiter((len(text) + 5 for text in folded), dtype=np.int64, count=len(folded))
    rows = np.repeat(np.arange(len(folded), dtype=np.uint32) * np.uint32(dimensions), lengths)
    han = (
        ((codes >= 0x3400) & (codes <= 0x9FFF)) | ((codes >= 0xF900) & (codes <= 0xFAFF)) | (codes >= 0x20000)
    )
    latin = _latin(codes) & ~han
    letters = np.where(latin, codes, np.uint32(_SPACE))
    sums = np.zeros(len(folded) * dimensions, dtype=np.float64)
    end = len(codes) - 4
    content = han & ~np.isin(codes, _STOP)

    def count(valid: NDArray[np.bool_], hashed: NDArray[np.uint32]) -> None:
        places = np.flatnonzero(valid)
        if not len(places):
            return
        value = _mix(hashed[places])
        keys = rows[places] + (value & np.uint32(dimensions - 1))
        signs = np.where(value >> np.uint32(31), 1.0, -1.0)
        np.add(sums, np.bincount(keys, weights=signs, minlength=len(sums)), out=sums)

    a, b, c, d = (codes[n : end + n] for n in range(4))
    if han.any():
        h = [content[n : end + n] for n in range(3)]
        anyhan = [han[n : end + n] for n in range(3)]
        count(h[0], a * _PRIMES[0] + np.uint32(1))
        count(anyhan[0] & anyhan[1] & (h[0] | h[1]), a * _PRIMES[0] + b * _PRIMES[1] + np.uint32(2))
        count(h[0] & anyhan[1] & h[2], a * _PRIMES[0] + c * _PRIMES[2] + np.uint32(3))
    if latin.any():
        a, b, c, d = (letters[n : end + n] for n in range(4))
        la, lb, lc, ld = (latin[n : end + n] for n in range(4))
        pair = a * _PRIMES[0] + b * _PRIMES[1]
        triple = pair + c * _PRIMES[2]
        count(la & lb, pair + np.uint32(4))
        count(lb & (la | lc), triple + np.uint32(5))
        count(lb & lc & (la | ld), triple + d * _PRIMES[3] + np.uint32(6))
    matrix = sums.reshape(len(folded), dimensions)
    matrix = np.sign(matrix) * np.log1p(np.abs(matrix))
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return (matrix / np.where(norms > 0, norms, 1.0)).astype(np.float32)


def _latin(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Letters and digits of alphabets; folded text has no capitals left."""
    plain = ((codes >= 97) & (codes <= 122)) | ((codes >= 48) & (codes <= 57))
    return (
        plain
        | ((codes >= 0xDF) & (codes < 0x2000))
        | ((codes >= 0x3040) & (codes < 0x3100))
        | ((codes >= 0xAC00) & (codes < 0xD7B0))
    )


def _mix(value: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Spread the bits (the finisher of MurmurHash3), so that bucket and sign are independent."""
    value = value ^ (value >> np.uint32(16))
    value = value * np.uint32(0x85EBCA6B)
    value = value ^ (value >> np.uint32(13))
    value = value * np.uint32(0xC2B2AE35)
    return value ^ (value >> np.uint32(16))


_STOP = np.array(sorted(map(ord, CHINESE_STOP_CHARACTERS)), dtype=np.uint32)
