"""Whether a question is about all customers (范围), and not about one, about people, or about who did what."""

from __future__ import annotations

import re

from bot.assistant.portfolio.parts import SINGLE, Parts
from bot.assistant.portfolio.query import Query

_NOUNS = "customers|clients|companies|firms|accounts|debtors|buyers"
_QUANTIFIED = re.compile(
    rf"\b(?:which|what|how many|all|list|show|any|every|number of|our|of|who are|find)\b.{{0,30}}?\b(?:{_NOUNS})\b"
    r"|^\W*(?:customers|clients|debtors|companies|firms)\b|\bwhich (?:customer|client|company|firm)\b"
    r"|\b(?:each|per|every) (?:customer|client)\b|\bcustomers\b|\bclients\b|\bportfolio\b"
    r"|\baverage (?:customer|client)\b"
    r"|(?:哪些|哪几家|哪几个|哪家|几家|多少|所有|全部|列出|各|每|我们的|我司|前|大).{0,8}?(?:客户|企业|公司)"
    r"|(?:我们|咱们|我司)的?(?:客户|企业)|的.{0,6}(?:客户|企业)|有(?:没有)?客户|客户(?:有|名单|列表|中|里|总|数量|一共)|(?:家|个)客户|^查?客户"
    r"|客户(?:的)?平均|[、，和]客户",
    re.IGNORECASE,
)
#: One customer that was talked about, and not all of them.
_THIS = re.compile(
    r"\b(?:this|that|the) (?:customer|client|company|firm)\b|这[个家]|该|此客户|我们公司|贵公司",
    re.IGNORECASE,
)
#: Somebody by name: who is Nordhafen, which is no condition that customers meet.
_BY_NAME = re.compile(
    r"^\W*who(?:['’]s|\s+(?:is|are|was))\s+(?!(?:in|of|from|by|near|at|around|to|based|located)\b)"
    r"|^\W*(?:请问)?(?:谁是|哪家是)|是(?:谁|哪家)",
    re.IGNORECASE,
)
_WHO = re.compile(r"\bwho\b|\bwhose\b|谁|哪家|哪些|哪几家", re.IGNORECASE)
#: Things that customers have, asked for by themselves.
_THINGS = re.compile(
    r"\bwhich\s+(?:\w+\s+)?(?:contracts|agreements|complaints|suggestions|invoices|lawsuits|law suits)\b"
    r"|(?:哪些|哪几(?:份|条|个|张|起))(?:合同|协议|投诉|发票|诉讼)",
    re.IGNORECASE,
)
#: Who did what stands in the ledger.
_DONE = re.compile(
    r"\bby whom\b|\bwho\s+(?:has\s+|have\s+)?(?:dismissed|closed|cleared|confirmed|acknowledged|decided|exported"
    r"|imported|screened|checked|approved|rejected|accepted|opened|asked|looked|viewed|changed|edited|took)\b"
    r"|(?:谁|由谁).{0,6}(?:关闭|排除|解除|确认|处理|认领|驳回|批准|审批|决定|忽略|导出|导入|筛查|核查|查过|看过|问过|改)",
    re.IGNORECASE,
)
#: How customers are tied to each other is no condition that each meets for itself.
_TIED = re.compile(
    r"\b(?:share|shares|sharing|same|common)\b.{0,20}"
    r"\b(?:shareholders?|owners?|directors?|representatives?|address|website|people|persons?|guarantors?)\b"
    r"|\b(?:related|connected|linked|tied) to (?:each other|one another)\b|\bties between\b"
    r"|(?:共同|同一|相同|一样)的?(?:个|位)?(?:股东|法定代表人|法人|董事|高管|地址|实际控制人|受益所有人|担保人)"
    r"|(?:之间|彼此|相互|互相).{0,6}(?:关联|关系|持股|担保)|互保|关联关系",
    re.IGNORECASE,
)
#: Who owes and who pays late are customers, whoever was spoken of before; who owns and who runs are people.
_WHO_PAYS = re.compile(
    r"^\W*(?:and\s+)?who(?:\s+(?:else|still|all))*"
    r"\s+(?:owes?|pays?|paid|(?:is|are)\s+(?:late|overdue|behind)|has(?:n't| not)\s+paid)\b"
    r"|^\W*(?:请问|那么?)?谁(?:还|又|最|总是|经常|一直)*(?:欠|拖欠|付款|付得|逾期|没付|没有付|晚付|回款)",
    re.IGNORECASE,
)


def quantifies(text: str) -> bool:
    """Whether a text speaks of customers in the plural, or of which of them."""
    return bool(_QUANTIFIED.search(text))


def asks_else(text: str, *, named: bool) -> bool:
    """Whether a text asks how customers are tied to each other, or, where it names none, who did what."""
    return bool(_TIED.search(text)) or (not named and bool(_DONE.search(text)))


def is_ours(parts: Parts, query: Query, text: str, spoken_of: bool) -> bool:
    """Whether a text surely asks about the portfolio: it speaks of customers, or ranks or sums what is measured."""
    lost = len(query.unused) + len(query.doubtful)
    says_something = bool(query.where or query.measures or query.group)
    described = any(atom.term.name in SINGLE for atom in parts.atoms) and not _THIS.search(text)
    if parts.subject == "customers" and (parts.quantified or described or _QUANTIFIED.search(text)):
        if query.doubtful and parts.bounds and not parts.rest:
            return True
        if says_something:
            return lost <= 2 or len(parts.atoms) >= 2
        # "How many customers do we have?", "list all customers"
        return lost == 0 and bool(parts.asks or parts.limit) and not parts.sections
    late = any(atom.term.name == "overdue_count" and atom.term.detail for atom in parts.atoms)
    if lost > 1 or (spoken_of and not late and not _WHO_PAYS.search(text)):
        return False
    if parts.subject == "" and query.measures and (query.order or query.ask in ("sum", "average")):
        return lost == 0 and not re.search(
            r"\b(?:they|their|it|its|he|she)\b|他们|它|该|这家|其", text, re.IGNORECASE
        )
    names = {atom.term.name for atom in parts.atoms}
    named = "text" in names <= {"text", "industry"} and _BY_NAME.search(text)
    if parts.subject == "" and query.where and not named and (_WHO.search(text) or _THINGS.search(text)):
        return lost == 0
    return bool(parts.subject == "" and query.group and query.measures and lost == 0)
