"""Who sues whom (谁起诉谁): on which side a question puts the customer that it names.

"Who is suing X" and "whom is X suing" have the same words; only the place of the name tells them apart. The text is
one whose names have been replaced by a mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: What stands where a customer's name was.
MARK = "§"

PLAINTIFF, DEFENDANT = "plaintiff", "defendant"

_EN = rf"(?:{MARK}|them|it|(?:this|that|the)\s+(?:customer|company|firm))"
_ZH = rf"(?:{MARK}|他们|它|(?:该|这家|那家|这个)(?:公司|客户|企业))"
_SUE = r"(?:su(?:e[sd]?|ing)|prosecut(?:e[sd]?|ing))"
_BE = r"(?:is|are|was|were|been|being|be|gets?|got)"

#: In the order in which they are tried: "sued by X" before "sued", "X is being sued" before "X … sued".
_SIDES = tuple(
    (re.compile(pattern, re.IGNORECASE), side)
    for pattern, side in (
        (rf"\bsued\s+by\s+{_EN}", PLAINTIFF),
        (rf"被\s*{_ZH}\s*(?:起诉|告|状告|诉)", PLAINTIFF),
        (rf"{_EN}\s+(?:\w+\s+){{0,3}}?{_BE}\s+(?:\w+\s+){{0,2}}?sued\b", DEFENDANT),
        (rf"\b{_BE}\s+{_EN}\s+(?:\w+\s+){{0,2}}?(?:been\s+|being\s+)?sued\b", DEFENDANT),
        (rf"\b{_SUE}\s+{_EN}", DEFENDANT),
        (rf"\b(?:took|tak(?:e|es|en|ing))\s+{_EN}\s+to\s+court\b", DEFENDANT),
        (
            rf"\b(?:law\s?suits?|suits?|claims?|actions?|proceedings?|cases?|judge?ments?)\s+(?:\w+\s+){{0,2}}against\s+{_EN}",
            DEFENDANT,
        ),
        (rf"{_EN}\s+(?:\w+\s+){{0,2}}?{_SUE}\b", PLAINTIFF),
        (r"被.{0,8}?(?:起诉|状告|告了|告上)", DEFENDANT),
        (rf"(?:起诉|状告|告了|告过|控告)(?:了|过)?\s*{_ZH}", DEFENDANT),
        (rf"{_ZH}\s*[^被的]{{0,6}}?(?:起诉|状告|控告|告了|告过)(?!情况|记录|信息)", PLAINTIFF),
    )
)


def side_of(text: str) -> str | None:
    """Whether the named customer is plaintiff or defendant in what is asked; None where the words do not tell."""
    return next((side for pattern, side in _SIDES if pattern.search(text)), None)


def sided(aspects: Iterable[str], text: str) -> frozenset[str]:
    """The ways of asking, with the side that the place of the name gives instead of what single words suggest."""
    side = side_of(text)
    given = frozenset(aspects)
    return given if side is None else (given - {PLAINTIFF, DEFENDANT}) | {side}
