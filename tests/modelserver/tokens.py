"""A plausible count of tokens: one a Chinese character, else one for about four characters."""

from __future__ import annotations

import math
import re

_HAN = re.compile(r"[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def tokens(text: str) -> int:
    """How many tokens a text may have."""
    han = len(_HAN.findall(text))
    return han + math.ceil((len(text) - han) / 4)
