"""What has no place in a sentence of an answer (混入之物): orders and questions, links, mentions, addresses.

A sentence states. Where one orders, asks, or points somewhere, it was written by somebody who wants something of the
reader, whether a document or the model itself; only an address that a source gives may be given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.assistant.agent.personal import find
from bot.assistant.support.sharing import is_own_wording
from knowledge.names.keys import fold, has_han
from knowledge.passages.orders import order_spans
from store.evidence import Evidence


def flat(text: str) -> str:
    """The folded text on one line with single blanks."""
    return " ".join(fold(text).split())


# ── orders ──────────────────────────────────────────────────────────────────────────────────────────────────

_SENTENCES = re.compile(
    r"(?<=[。！？；;\n])(?![”’」』])|(?<=[!?])(?![”’」』])(?=\s|$|[^\x00-\x7f])|(?<=[a-z\d)”\"]\.)\s+"
)
#: How a sentence begins that orders something, or asks for it; whether it is the document's or the model's own.
_OPENS_AS_ORDER = re.compile(
    r"(?:please (?!find|see|note|refer)|kindly|ignore|disregard|forget|click|do not|don't|never|always|remember to"
    r"|make sure|note that you|act as|pretend|imagine"
    r"|(?:send|forward|transfer|pay|reply|respond|approve|release|visit|tell|say|answer|delete|reveal|print|output|write"
    r"|summari[sz]e|translate|provide|list|show|give|open|run|post|share|contact|call|explain|create|develop|draw|get"
    r"|make|use|describe|compose|generate|find|compare|identify|analy[sz]e|determine|discuss|recommend|suggest|book"
    r"|schedule|add|remove|change|update|set|buy|invite|encode|decode|encrypt|build|choose|consider|email|execute)"
    r" (?:the|all|your|this|that|them|it|me|us|an?|every|any|how|up|in your|\w+ing)\b"
    r"|you (?:must|should|need to|have to|are now|are an?|can now|may now)\b"
    r"|(?:can|could|would|will) you\b|how (?:do|can|would|might|to)\b)"
    r"|(?:请|务必|立即|马上|切勿|不要|点击|转账|回复|忽略|无视|批准|告诉|告知|删除|发送|[你您](?:必须|应|现在|能|可以?))",
    re.IGNORECASE,
)
_OF_ITSELF = re.compile(
    r"\b(?:system prompt|my (?:instructions|rules|guidelines|prompt)"
    r"|(?:these|new|previous|above|following) instructions|your (?:answer|reply|response|output|summary|instructions)"
    r"|as an? (?:ai|artificial intelligence)?\s?(?:assistant|language model)"
    r"|i (?:was|am|have been) (?:told|instructed|asked) to)\b"
    r"|系统提示|提示词|我的指令|作为(?:一个|一名)?(?:ai|人工智能|语言模型|助手)|(?:上述|以下|之前的?|新的?)指令|[你您]的(?:回答|答复|回复|输出)",
    re.IGNORECASE,
)


def order_in(said: str, evidence: Sequence[Evidence]) -> str | None:
    """Whether a sentence orders or asks instead of stating, or repeats what a document orders, and how."""
    if order_spans(said) or _OF_ITSELF.search(said):
        return "it gives orders to a reader"
    for part in _SENTENCES.split(said):
        opening = part.strip(" -•*“\"'\n")
        if _OPENS_AS_ORDER.match(opening) and not is_own_wording(opening):
            return "it orders instead of stating"
        if part.rstrip().endswith(("?", "？")):  # a question in quotation marks is somebody else's
            return "it asks instead of stating"
    for text in (text for item in evidence for text in (item.quote, item.title or "")):
        for start, end in order_spans(text):
            if _repeats(said, text[start:end]):
                return "it repeats an order that stands in a document"
    return None


def _repeats(said: str, ordered: str) -> bool:
    """Whether a stretch of an order stands in the sentence: six words, or twelve characters with Chinese ones."""
    whole, rest = flat(said), flat(ordered)
    if has_han(rest):
        size, signs = 12, rest.replace(" ", "")
        whole = whole.replace(" ", "")
        return any(signs[at : at + size] in whole for at in range(max(1, len(signs) - size + 1)))
    words = rest.split()
    return any(" ".join(words[at : at + 6]) in whole for at in range(max(1, len(words) - 5)))


# ── addresses ───────────────────────────────────────────────────────────────────────────────────────────────

#: Never: links in markup, mentions and channels of Slack, a placeholder that stands for nothing.
_MARKUP = re.compile(
    r"\]\([^)\n]*|<(?:[@!#]|https?:|mailto:)[^>\n]*>?|⟦[^⟧\n]*⟧|data:\w+/\w+"
    r"|(?<![\w.])@(?:here|channel|everyone|所有人|全体)",
    re.IGNORECASE,
)
#: Only where a source has it.
_CALLED = re.compile(r"<[a-z/][^>\n]*>|(?<![\w.])@[a-z][\w.-]+")
_TOP = (
    "com|cn|net|org|io|co|info|biz|de|uk|hk|tw|mo|sg|jp|kr|ru|fr|es|nl|ch|dk|se|fi|pl|cz|eu|us|ca|au|br|mx|ai|app|dev"
    "|xyz|top|site|online|shop|club|vip|link|click|tv|cc|ly|gl|gg|tk|gov|edu|int|mil|example|test|invalid|store|tech"
    "|cloud|ink|icu|fun|wang"
)
_LABELS = r"(?<![a-z0-9@.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}"
_PATH = r"/[^\s<>()，。；、]"
_WEB = re.compile(
    r"[a-z][a-z0-9+.-]{1,15}://[^\s<>()，。；、]+|\b(?:mailto|javascript|tel|sms):\S+"
    rf"|{_LABELS}(?:{_TOP}|xn--[a-z0-9-]+)(?![a-z0-9-])(?:{_PATH}*)?|{_LABELS}[a-z]{{2,24}}{_PATH}+"
    r"|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"
)
#: The code of a share is no address: 0700.HK.
_SHARE_CODE = re.compile(r"(?<![a-z0-9.])\d{4,6}\.(?:hk|cn|tw|jp|sg)(?![a-z0-9/.-])")
_PERSONAL = frozenset({"email", "phone", "card", "iban", "identity", "permit"})


def address_in(said: str, held_text: str) -> str | None:
    """Whether a sentence holds a link, a mention, an address or a number of a person that its evidence does not."""
    plain, kept = flat(said), flat(held_text)
    if _MARKUP.search(plain):
        return "it holds a link in markup or a mention"
    shown = _SHARE_CODE.sub(" ", plain)
    for match in (*_CALLED.finditer(shown), *_WEB.finditer(shown)):
        if match.group().rstrip("/.,;:") not in kept:
            return "it holds an address that its evidence does not"
    found = find(said, _PERSONAL)
    if found:
        digits = re.sub(r"\D", "", kept)
        for one in found:
            if one.value.lower() not in kept and (
                one.kind == "email" or re.sub(r"\D", "", one.value) not in digits
            ):
                return f"it holds a personal detail ({one.kind}) that its evidence does not"
    return None
