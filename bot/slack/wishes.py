"""A message that asks for a background check in so many words: “@Bonafide check Nordhafen”, 核查恒岳科技 (核查意图).

Only the beginning is read here; whether what follows is nothing but a customer's name decides whether it is a wish or
a question that begins alike (“check how Nordhafen pays”).
"""

from __future__ import annotations

import re

_ENGLISH = re.compile(
    r"""(?ix) ^ \s*
    (?: (?: please | pls | kindly | hi | hello ) [\s,]+ | (?: can | could | would ) \s you \s (?: please \s )? )*
    (?: check (?: \s (?: out | up \s on | on ) )?
      | (?: run | do | make | start ) \s (?: a \s | an? \s new \s | the \s )?
        (?: (?: background | due[\s-]diligence | dd | kyc | risk ) \s )? check \s (?: on | of | for )
      | (?: run | do | make | start ) \s (?: a \s )? due[\s-]diligence \s (?: on | of | for )
    )
    (?: \s* [:：] \s* | \s+ ) (?P<name> .+? ) (?: [\s,]+ (?: please | again | now | thanks ) )* [\s.!?]* $"""
)
_CHINESE = re.compile(
    r"""(?x) ^ \s*
    (?: 请 | 麻烦 | 帮我 | 帮忙 | 帮 | 给我 | 再 | 重新 | 你 | 您 | 来 | 能不能 | 可以 )*
    (?: 做 | 查 | 跑 | 出 )? (?: 一?[个次份下] )? (?: 客户 )?
    (?: 核查 | 背调 | 背景调查 | 尽调 | 尽职调查 ) (?: 一?[下个次] )? (?: 客户 | 公司 )?
    [\s:：,，]* (?P<name> .+? ) (?: 吧 | 吗 | 一下 | 谢谢 )? [\s。！？!?,，]* $"""
)
_CHINESE_BEHIND = re.compile(
    r"""(?x) ^ \s* (?: 请 | 麻烦 | 帮我 | 帮忙 | 帮 | 再 | 重新 )*
    (?: 给 | 对 | 为 | 把 )? (?P<name> .+? )
    (?: 再 | 重新 )? (?: 做 | 进行 | 查 | 跑 | 来 )? (?: 一?[个次份下] )? (?: 客户 )?
    (?: 核查 | 背调 | 背景调查 | 尽调 | 尽职调查 ) (?: 一下 | 吧 | 谢谢 )? [\s。！!]* $"""
)
#: A longer message is no wish for a check.
_LONGEST = 160


def read_wish(text: str) -> str | None:
    """What stands where the name of a company would, when the words ask for a check; None when they do not."""
    if not text or len(text) > _LONGEST or "\n" in text.strip():
        return None
    for pattern in (_ENGLISH, _CHINESE, _CHINESE_BEHIND):
        if match := pattern.match(text):
            return match["name"].strip(" \"'“”‘’「」《》")
    return None


_SCREEN_ENGLISH = re.compile(
    r"""(?ix) ^ \s*
    (?: (?: please | pls | kindly | hi | hello ) [\s,]+ | (?: can | could | would ) \s you \s (?: please \s )? )*
    screen \s+ (?P<name> .+? ) (?: [\s,]+ (?: please | again | now | thanks ) )* [\s.!?]* $"""
)
_SCREEN_CHINESE = re.compile(
    r"""(?x) ^ \s* (?: 请 | 麻烦 | 帮我 | 帮忙 | 帮 | 再 | 重新 )* (?: 做 )? (?: 名单 )?
    筛查 (?: 一?[下个次] )? [\s:：,，]* (?P<name> .+? ) (?: 吧 | 一下 | 谢谢 )? [\s。！!]* $"""
)
#: A question about screenings is no wish for one.
_ASKS = re.compile(r"[?？]|吗|什么|哪|过|记录|结果|版本|\b(?:which|when|against|how|who)\b", re.IGNORECASE)


def read_screening_wish(text: str) -> str | None:
    """Whom to hold against the watch lists, when a message asks for nothing else: “screen Nordhafen”, 筛查恒岳."""
    if not text or len(text) > _LONGEST or "\n" in text.strip() or _ASKS.search(text):
        return None
    match = _SCREEN_ENGLISH.match(text) or _SCREEN_CHINESE.match(text)
    return match["name"].strip(" \"'“”‘’「」《》") if match else None
