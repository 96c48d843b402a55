"""A rendered background check in both languages, in the shape that `bonafide check --json` prints.

Ningbo Haishu Precision is made up: audited until 2025, no statement of 2022, later and later payments, a law suit,
two sources that disagree about its address and a natural person behind two holding firms.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def sample(language: str) -> dict[str, Any]:
    """The check in one language; a fresh copy that a test may spoil."""
    return json.loads((Path(__file__).parent / f"sample.{language}.json").read_text(encoding="utf-8"))
