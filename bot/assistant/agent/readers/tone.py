"""Whether a sentence says what its findings say, and not more or the opposite (语气核对).

The guard looks at figures and `bot.assistant.support` at names, risks and shared words; a paraphrase of a finding can
still turn it round, praise it, give it a cause or advise. Each group of words here may be used only where a finding
that the sentence names uses it too, and what is unknown must be said to be unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any


def _words(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.IGNORECASE)


_NEGATION = _words(
    r"\b(?:no|not|nothing|none|nobody|never|neither|nor|without|cannot)\b|n't\b", "无|没有|未|不|非|否认"
)
_UNKNOWN = _words(
    r"\b(?:unknown|unclear|missing|lacks?|lacking|undisclosed)\b",
    r"\b(?:not|nobody|nothing|never|cannot|could not|no one)\b.{0,40}\b(?:known|knows?|seen|found|said|stated|told"
    r"|on file|looked|worked out|available|given|established|assessed|compared|checked)\b",
    r"\bno (?:\w+ )?(?:source|data|record|statement|information|figure|evidence)s?\b|\bcannot be\b",
    "未知|不知|不清楚|不明|不详|尚不|无法|缺少|缺失|缺乏|没有(?:来源|查|资料|数据|信息|记录|报表)|未(?:查|提供|见|披露|知|获)|无(?:人|从|资料|数据|来源)",
)
#: Groups of words and what is wrong where only the model uses one.
_GROUPS: tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...] = (
    (
        "it advises",
        _words(
            r"\b(?:recommend\w*|advis\w+|suggest\w*|should|ought|must|consider|approv\w+|grant\w*|accept\w*|reject\w*)\b",
            "建议|应当|应该|推荐|批准|授信|放心|不妨|可以合作|宜",
        ),
        None,
    ),
    (
        "it praises",
        _words(
            r"\b(?:credit-?worth\w*|safe\w*|trustworth\w*|reliab\w*|risk-?free|low[- ]risk|no risks?|in order|fine"
            r"|healthy|sound|solid|strong\w*|excellent|good|no concerns?|clean|unproblematic|stable|satisf\w+)\b",
            "可靠|可信|安全|问题|无风险|风险较低|低风险|健康|良好|稳健|优秀|无异常|正常|稳定|满意",
        ),
        None,
    ),
    (
        "it blames",
        _words(
            r"\b(?:bad|poor|weak|terrible|dangerous|fraudulent|dishonest|dubious|suspicious|unreliable|high[- ]risk)\b",
            "恶劣|糟糕|危险|可疑|不可靠|不诚信|高风险|堪忧",
        ),
        None,
    ),
    (
        "it gives a cause",
        _words(
            r"\b(?:because|due to|owing to|thanks to|as a result|caused by|driven by|therefore|hence)\b",
            "因为|由于|得益于|受益于|归因|导致|源于|因此|所以",
        ),
        None,
    ),
    (
        "it turns a limit round",
        _words(
            r"\b(?:exceed\w*|above|beyond|breach\w*|over the limit|higher than)\b", "超过|超出|高于|超限|突破"
        ),
        None,
    ),
    (
        "it turns a limit round",
        _words(r"\b(?:within|below|under the limit|lower than)\b", "以内|之内|范围内|低于|未超"),
        None,
    ),
    ("it makes late", _words(r"\b(?:overdue|late|later|delay\w*|arrears)\b", "逾期|拖欠|延迟|迟"), None),
    (
        "it makes punctual",
        _words(r"\b(?:on time|early|punctual\w*|prompt\w*)\b", "准时|提前|按时|如期|及时|较早"),
        None,
    ),
    (
        "it makes fall",
        _words(
            r"\b(?:fell|fall\w*|declin\w*|drop\w*|decreas\w*|shr[aiu]nk\w*|down|worsen\w*)\b",
            "下降|减少|下滑|降低|恶化",
        ),
        re.compile(r"[-−–]\s?\d"),
    ),
    (
        "it makes rise",
        _words(
            r"\b(?:rose|rise\w*|risen|gr[eo]w\w*|increas\w*|up by|improv\w*)\b", "增长|上升|增加|提高|改善"
        ),
        re.compile(r"\+\s?\d"),
    ),
)


def misstates(text: str, cited: Sequence[Mapping[str, Any]]) -> str | None:
    """Why a sentence is not what its findings say, in English for the log; None where nothing is seen to be wrong."""
    own = "\n".join(str(finding["text"]) for finding in cited)
    for reason, words, sign in _GROUPS:
        if words.search(text) and not words.search(own) and not (sign is not None and sign.search(own)):
            return reason
    left_open = bool(_UNKNOWN.search(text))
    for finding in cited:
        if finding["status"] == "unknown" and not left_open:
            # Some findings word it in their own way: then it has to be denied as they deny it.
            told = str(finding["text"])
            if _UNKNOWN.search(told) or not (_NEGATION.search(told) and _NEGATION.search(text)):
                return "it does not say that something is unknown"
    denies = {bool(_NEGATION.search(str(finding["text"]))) for finding in cited}
    if len(denies) == 1 and not left_open and denies != {bool(_NEGATION.search(text))}:
        return "it denies what is found, or finds what is denied"
    return None
