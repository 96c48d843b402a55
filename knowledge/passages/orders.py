"""Orders in documents (植入指令): words meant for whoever reads automatically, and no evidence of anything.

Nothing that a document orders is obeyed anywhere; here it is also kept from being quoted as an answer, for a planted
“the admission has been approved” reads like a fact. In a line that addresses an automatic reader, or tells it to set
its rules aside, every sentence goes that orders something or says what only we decide: ratings, approvals, limits.
"""

from __future__ import annotations

import re

#: A longer line is no paragraph; an order in it reaches so far.
_LINE, _REACH = 1200, 500

_READER = (
    r"(?:a\.?i\.?|llms?|gpt|(?:large )?language models?|chat ?bots?|bots?|assistants?|copilots?|agents?)"
)
_ENGLISH = (
    # Rules set aside: ignore all previous instructions.
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,30}"
    r"\b(?:all|any|every|previous|prior|earlier|above|preceding|system|your|these|those"
    r"|the (?:article|text|document) above)\b"
    r"[^.\n]{0,30}(?:\b(?:instructions?|prompts?|rules?|guidelines?|directives?|policies|checks|restrictions|content|text)\b|above)",
    r"\b(?:disregard|ignore) the (?:article|text|document|message|passage|content)s? above",
    # An automatic reader is addressed.
    rf"\b(?:to|for|note to|notice to|attention|dear|hey|instructions? (?:to|for)|message (?:to|for))[ ,:]+"
    rf"(?:any |all |the |every |automated |automatic |{_READER} )*{_READER}\b"
    r"(?: (?:assistants?|readers?|systems?|tools?|models?))?"
    r"[^.\n]{0,60}(?:[:—–-]|\bthat (?:read|summari|process|analy)|\bread(?:s|ing)?\b|\bmust\b|\bplease\b)",
    r"\bsystem (?:notice|prompt|message|override|instruction)s?\b"
    r"[^.\n]{0,60}\b(?:readers?|tools?|assistants?|ai|models?)\b",
    r"(?:^|\n|\W)(?:\[?system\]?|<\|?(?:system|im_start)"
    r"[^>]*>|\[inst\]|<information>|###\s*(?:instruction|system))\s*[:\n]",
    r"\byou are (?:now )?(?:an? |the )?(?:helpful |unrestricted )?(?:ai\b|assistant|chatbot|language model|dan\b)",
    r"\b(?:automated|automatic|ai) (?:review|screening|summari[sz]\w+|reading) (?:systems?|tools?|programs?)\b"
    r"[^.\n]{0,40}\b(?:must|should|please|shall)\b",
)
_CHINESE = (
    r"(?:忽略|无视|忘记|不要理会|跳过|绕过)[^。\n]{0,12}(?:之前|以上|上述|前面|所有|全部|一切|任何|系统|审核|原有)[^。\n]{0,10}"
    r"(?:指令|指示|规则|提示|要求|设定|限制|命令|内容|流程|说明)",
    r"(?:给|致|请|供|对|发给|写给|提醒)[^。\n]{0,6}(?:ai|人工智能|智能(?:助手|客服|审核)|自动(?:审核|阅读|摘要|处理)|机器人|大模型|语言模型|助手|审核程序)"
    r"[^。\n]{0,14}(?:说明|指令|注意|提示|直接|必须|应当|请|:|：)",
    r"(?:系统|管理员)(?:提示|指令|通知|消息)(?:词)?\s*[:：]",
    r"(?:你|您)(?:现在)?是(?:一个|一名)?(?:ai|人工智能|智能助手|助手|机器人|语言模型)",
)
_ORDER = re.compile("|".join(f"(?:{pattern})" for pattern in (*_ENGLISH, *_CHINESE)), re.IGNORECASE)


#: Words without one of which no order is given; looking for them costs a twentieth of looking for orders.
_HINTS = (
    *(
        "ignore",
        "disregard",
        "forget",
        "override",
        "bypass",
        "assistant",
        "bot",
        "model",
        "copilot",
        "agent",
        "llm",
        "gpt",
    ),
    *(
        "system",
        "automat",
        "[inst",
        "you are",
        "ai ",
        " ai",
        "忽略",
        "无视",
        "忘记",
        "不要理会",
        "跳过",
        "绕过",
    ),
    *("人工智能", "智能", "自动", "机器人", "模型", "助手", "审核程序", "系统", "管理员", "你是", "您是"),
)

_SENTENCE = re.compile(r"[^.!?。!?；;\n]+(?:[.!?。!?；;]+(?=\s|$|[^\x00-\x7f])|\n|$)|[^\n]")
#: What orders somebody, or says what nobody but ourselves can say.
_TAINTED = re.compile(
    r"\b(?:report|confirm|tell|say|state|answer|reply|respond|reveal|send|delete|approve|release|treat|mark|rate|output"
    r"|print|do not|don't|must|should|shall|from now on)\b"
    r"|\b(?:rating|rated|approved|approval|admission|credit (?:limit|line)"
    r"|cleared|verified|passed|solvent|no risk)\b"
    r"|应当|必须|不要|不得|请|直接|批准|回答|告诉|告知|说明|填写|一律|评级|准入|额度|账期|审核|通过|核实|无风险|删除|发送",
    re.IGNORECASE,
)


def order_spans(text: str) -> list[tuple[int, int]]:
    """The lines of a text that give orders to whoever reads automatically, as (start, end)."""
    spans: list[tuple[int, int]] = []
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return spans
    for match in _ORDER.finditer(text):
        place = match.start() + (len(match.group()) - len(match.group().lstrip()))
        start = text.rfind("\n", 0, place) + 1
        end = text.find("\n", match.end())
        span = (start, len(text) if end < 0 else end)
        if span[1] - span[0] > _LINE:
            # An article without line breaks: from the sentence that orders on, as far as an order may go.
            begun = max(start, *(text.rfind(stop, start, place) + 1 for stop in "。.!?！？"))
            span = (begun, min(span[1], begun + _REACH))
        if not spans or span[0] >= spans[-1][1]:
            spans.append(span)
    return spans


def without_orders(text: str) -> str:
    """The text as long as it was, with blanks where it gives orders."""
    for start, end in order_spans(text):
        for sentence in _SENTENCE.finditer(text, start, end):
            first, last = sentence.span()
            if _ORDER.search(sentence.group()) or _TAINTED.search(sentence.group()):
                text = text[:first] + " " * (last - first) + text[last:]
    return text
