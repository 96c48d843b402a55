"""Quoted passages (引文作答): where no structured topic fits, the sentences of documents that answer.

A passage is quoted only when it holds enough of the question's words; else nothing was found, and that is said.
Lines that give orders to an automatic reader are no evidence and are not quoted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.assistant.conversation import Request
from bot.assistant.draft import Draft, Line, note, quote
from bot.assistant.naming import Named
from bot.assistant.replies.context import Context
from bot.assistant.replies.figures import place
from bot.assistant.sources import Hit
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from bot.assistant.wording import Wording
from prompts.phrasebook import Phrasebook
from store.evidence import Evidence, passage_id

#: A quotation is at most so long; one sentence more is taken only when it stays below.
LONGEST = 320

#: The share of a question's words in a title from which the question is about that document.
_TITLED = 0.6

_SENTENCE = re.compile(r"[^。！？!?；;\n]+(?:[。！？!?；;]+[”’」』）)\"']*|\n|$)")
_ENGLISH_SENTENCE = re.compile(r"[^\n]+?(?:[.!?]+[\"')\]]*(?=\s|$)|\n|$)")

_HAN = re.compile(r"[\u3400-\u9fff]")

_HEADING = re.compile(r"#{1,6}\s|\|?\s*:?-{3,}|[-=*_]{3,}\s*$")

_DATE = re.compile(
    r"\d{1,4}\s*年|\d{1,2}\s*月\s*\d{0,2}\s*日?|\d{1,2}\s*日|\b(?:19|20)\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d"
    r"|\d\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|周[一二三四五六日]|\d+\s*[点时]",
    re.I,
)
_NUMBER = re.compile(
    r"\d|[一二三四五六七八九十百千万亿两]+(?:个|名|人|项|次|家|条|万|亿|元|倍|成|%|％)|百分之|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million)\b",
    re.I,
)
_PERSON = re.compile(
    r"[\u3400-\u9fff]{2,4}(?:表示|说|称|认为|指出|强调|介绍|先生|女士|总书记|主席|部长|市长|书记|教授|院士|总裁|董事长|经理|主任|记者|发言人)|(?:总书记|主席|部长|市长|书记|教授|院士|总裁|董事长|总经理|主任|发言人|总理|总统|首相|议长|局长)[\u3400-\u9fff·]{2,8}|\b[A-Z][a-z]+\s+[A-Z][a-z]+"
)
_PLACE = re.compile(
    r"在[\u3400-\u9fff]{2,}|[\u3400-\u9fff]{2,}(?:省|市|县|区|州|镇|村|路|街|国|岛|港|馆|中心|大厦|大学|广场)|\b(?:in|at|near)\s+[A-Z]"
)
_REASON = re.compile(
    r"因为|由于|因|原因|所以|为了|是为|导致|失去|断裂|无力|because|due to|owing to|as a result|reason|since\b(?! \d{4})"
    r"|\blost (?:its|their|his|her|the)\b|\bran out of\b|\bcould (?:not|no longer)\b|\bunable to\b",
    re.I,
)

#: What makes a name into another firm's: more capitalised words and a legal form, or Han characters up to one.
_LONGER = re.compile(
    r"(?:\s+[A-Z][\w&.-]*){0,4}\s+(?:GmbH|AG|SE|KG|Ltd|Limited|Inc|Corp|LLC|PLC|plc|Pte|Co|S\.A|B\.V)\b"
    r"|[\u3400-\u9fff()（）]{1,14}?(?:有限责任公司|股份有限公司|有限公司|集团|公司)"
)

#: A name in a question of Latin letters.
_CAPITAL = re.compile(r"\b[A-Z][a-z]+(?:-[A-Z][a-z]+)*\b")
#: Verbs that say nothing of what is asked: "go into liquidation".
_LIGHT = frozenset(
    [
        *("go", "went", "gone", "going", "come", "came", "get", "got", "become", "became"),
        *("happen", "happened"),
    ]
)

_WANTED: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"哪一?[天日年月]|何时|什么时候|几[月日号点]|时间|日期"
            r"|\bwhen\b|what (?:date|day|year|month|time)|\bdates? of\b|birthday|出生|生日"
            r"|which (?:day|year|month)", re.I), _DATE),
    (re.compile(r"多少|几[个名人项次家条]|第几|多[大长高远久]|百分之几|比例|金额"
            r"|how (?:much|many|long|far|old|large|big|high)|what (?:percentage|share|amount|number)", re.I), _NUMBER),
    (re.compile(r"谁|哪[位些名]人?|何人|什么人|\bwho(?:m|se)?\b", re.I), _PERSON),
    (re.compile(r"哪里|哪儿|何处|什么地方|哪个(?:国家|城市|地区|省|市)"
            r"|\bwhere\b|which (?:country|city|place)", re.I), _PLACE),
    (re.compile(r"为什么|为何|原因|怎么会|\bwhy\b|what caused", re.I), _REASON),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """The best stretch of one hit, how much of the question it holds, and whether it has the kind asked for."""

    hit: Hit
    words: str
    coverage: float
    score: float
    translated: bool = False


@dataclass(frozen=True, slots=True)
class _Unordered:
    """A hit whose text is blank where it gives orders."""

    evidence: Evidence
    score: float
    title: str
    text: str
    block: str
    held: float
    share: float


def about(context: Context) -> Draft:
    """Quotations from the documents about one customer; where they say nothing, what colleagues wrote down."""
    from bot.assistant.replies import filed  # reads passages the same way

    names = context.tools.sources.directory().names_of(context.customer)
    quoted = _quoted(
        context.request,
        context.tools,
        context.book,
        context.words,
        context.standards,
        (context.customer,),
        names,
    )
    if quoted.claims_stated:
        return quoted
    told = filed.about(context)
    return told if told.claims_stated else quoted


def under(context: Context, phrases: Sequence[str]) -> Draft:
    """What documents about one customer say where they use these words, in a sentence or in a heading."""
    names = context.tools.sources.directory().names_of(context.customer)
    lines: list[Line] = []
    for hit in context.tools.search(" ".join(phrases), customers=(context.customer,), k=8):
        read = None if of_namesake(f"{hit.title}\n{hit.text}", names) else _unordered(hit)
        words = _worded(read.text, phrases) if read is not None else None
        if read is None or words is None:
            continue
        evidence = context.tools.passage(quoting(read.evidence, words, context.customer.code))
        lines.append(quote(words, evidence, after=place(evidence, context.book, context.words)))
        if len(lines) == context.standards.quoted:
            break
    return Draft((note(context.book["answers.passages.lead"]), *lines)) if lines else Draft()


def _worded(text: str, phrases: Sequence[str]) -> str | None:
    """The first sentence that uses one of the phrases, with what follows below a heading that does."""
    folded = text.casefold()
    places = [at for phrase in phrases if (at := folded.find(phrase)) >= 0]
    if not places or len(folded) != len(text):
        return None
    pieces = sentences(text)
    for at in sorted(places):
        line = text[text.rfind("\n", 0, at) + 1 :]
        following = [piece for piece in pieces if (piece[0] > at if _HEADING.match(line) else piece[1] > at)]
        if following:
            start, end = following[0]
            return _extended(text, start, end, pieces, reach=60)
    return None


def anywhere(
    request: Request,
    tools: Tools,
    book: Phrasebook,
    words: Wording,
    standards: Standards,
    *,
    sure: bool = False,
) -> Draft:
    """Quotations from all documents; where it must be `sure`, only those that hold several rare words together."""
    return _quoted(request, tools, book, words, standards, (), (), sure=sure)


def _quoted(
    request: Request,
    tools: Tools,
    book: Phrasebook,
    words: Wording,
    standards: Standards,
    customers: Sequence[Named],
    names: Sequence[str],
    *,
    sure: bool = False,
) -> Draft:
    found = find(request, tools, customers=customers, names=names)
    if sure:
        found = [item for item in found if item.hit.held >= standards.rare_weight and not item.translated]
    fitting = [item for item in found if is_answer(item, standards, scoped=bool(customers))]
    if not fitting:
        return nothing(request, tools, book, words, customers)
    best = fitting[0].score
    fitting = [item for item in fitting if item.score >= 0.7 * best][: standards.quoted]
    alone = customers[0].code if len(customers) == 1 else None
    lines: list[Line] = [note(book["answers.passages.lead"])]
    for item in fitting:
        evidence = tools.passage(quoting(item.hit.evidence, item.words, alone))
        lines.append(quote(item.words, evidence, after=place(evidence, book, words)))
    return Draft(tuple(lines))


def is_answer(item: Found, standards: Standards, *, scoped: bool) -> bool:
    """Whether a stretch holds enough of the question to be quoted as its answer.

    Most of its words, or several rare ones that stand together nowhere else; across languages, a part of what the
    glossary makes of it, which may be smaller in the few documents of one customer (`scoped`).
    """
    if item.translated:
        least = standards.translated_share_scoped if scoped else standards.translated_share
        return item.hit.share >= least
    if item.coverage >= standards.coverage:
        return True
    return item.hit.held >= standards.rare_weight and item.hit.share >= standards.rare_share


def nothing(
    request: Request, tools: Tools, book: Phrasebook, words: Wording, customers: Sequence[Named]
) -> Draft:
    """That no document says it, with where was looked."""
    where = ", ".join(["documents", *(named.code for named in customers)])
    looked = tools.nothing(
        where, request.text[:200], customer=customers[0].code if len(customers) == 1 else None
    )
    date = words.date(tools.today)
    if customers:
        said = book.say("answers.passages.none_about", name=customers[0].name)
    else:
        said = book["answers.passages.none"]
    place_ = book["labels.place.documents"]
    return Draft(
        (note(book.say("answers.missing.looked", where=place_, date=date), looked),), unknown=(said,)
    )


def find(
    request: Request, tools: Tools, *, customers: Sequence[Named] = (), names: Sequence[str] = ()
) -> list[Found]:
    """The best stretch of each passage that a search gives, best first."""
    from knowledge.passages.terms import index_terms, query_terms

    since = request.period if request.period and request.period.grain in ("since", "span") else None
    hits = tools.search(request.text, customers=customers, period=since, k=10)
    hits = [hit for hit in hits if not of_namesake(f"{hit.title}\n{hit.text}", names)]
    hits = [read for hit in hits if (read := _unordered(hit)) is not None]
    named = {term for name in names for term in index_terms(name)}
    asked = nameless(request.text, (*names, *tools.spoken)) if customers else request.text
    weights = {term: weigh(term) for term in query_terms(asked, request.language) if term not in named}
    weights = {term: weight for term, weight in weights.items() if term not in _LIGHT} or weights
    if not weights:
        return []
    total = sum(weights.values())
    matter = weights.keys() - _capitals(asked) if customers else set()
    wanted = [answer for question, answer in _WANTED if question.search(request.text)]
    found = [
        _translated(hit, rank)
        if _other_language(hit, request)
        else _best(hit, weights, total, wanted, rank, matter, scoped=bool(customers))
        for rank, hit in enumerate(hits)
    ]
    return sorted((item for item in found if item), key=lambda item: -item.score)


def nameless(text: str, names: Sequence[str]) -> str:
    """The question without the customer's names and the particles at them: 产对 and 对璇 are nobody's words."""
    for name in sorted({name for name in names if len(name) > 1}, key=len, reverse=True):
        text = re.sub(rf"[对把给跟被向]?{re.escape(name)}的?", " ", text, flags=re.IGNORECASE)
    return text


def _capitals(text: str) -> set[str]:
    """The terms of names in a question: words in capitals that do not begin it."""
    from knowledge.passages.terms import index_terms

    return {
        term
        for match in _CAPITAL.finditer(text)
        if text[: match.start()].strip(" \"'“‘(")
        for term in index_terms(match.group())
    }


def _unordered(hit: Hit) -> Hit | None:
    """The hit without lines that give orders; None where its own quotation is one and there is nothing else."""
    from knowledge.passages.orders import without_orders

    text = without_orders(hit.text)
    block = without_orders(hit.block)
    if text == hit.text and block == hit.block:
        return hit
    if not text.strip():
        return None
    evidence, share = hit.evidence, hit.share
    if evidence.quote not in text:
        evidence, share = replace(evidence, quote=text.strip()[:LONGEST]), 0.0
    return _Unordered(evidence, hit.score, hit.title, text, block, hit.held, share)


def _other_language(hit: Hit, request: Request) -> bool:
    """Whether a passage is not in the language of the question; a few names in the other script do not count."""
    han = len(_HAN.findall(hit.text))
    return (han * 8 < len(hit.text)) if request.language == "zh" else (han * 4 > len(hit.text))


def _translated(hit: Hit, rank: int) -> Found | None:
    """What the search chose to quote of a passage in the other language, which alone knows the glossary's words."""
    said = hit.evidence.quote.strip()
    if "\n" not in said and (_HEADING.match(said) or _is_head(said)):
        return None
    return Found(hit, hit.evidence.quote, 0.0, hit.share - 0.015 * rank, translated=True)


def weigh(term: str) -> float:
    """Long words and numbers say more than a pair of characters."""
    if term[:1].isdigit():
        return 1.5
    return 1.5 if len(term) > 2 and term[:1] > "\u2fff" else 1.0


def _best(
    hit: Hit,
    weights: dict[str, float],
    total: float,
    wanted: Sequence[re.Pattern[str]],
    rank: int,
    matter: Collection[str] = (),
    *,
    scoped: bool = False,
) -> Found | None:
    from knowledge.passages.terms import index_terms

    titled = sum(weights[term] for term in set(index_terms(hit.title)) & weights.keys()) / total
    # A question about a document itself is answered by how it begins.
    text = hit.block if titled >= _TITLED else hit.text
    pieces = sentences(text)[:400]
    if not pieces:
        return None
    terms = [set(index_terms(text[start:end])) & weights.keys() for start, end in pieces]
    headed = 1 if _is_table(text, pieces) else 0
    if headed:
        # What stands in the head of a table is said of each of its rows; the head alone answers nothing.
        terms = [terms[0], *(held | terms[0] for held in terms[1:])]
    shares = [sum(weights[term] for term in held) / total for held in terms]
    telling = [
        any((share >= 0.15 or pattern is _REASON) and pattern.search(text[start:end]) for pattern in wanted)
        for share, (start, end) in zip(shares, pieces, strict=True)
    ]
    best: tuple[float, int, int, bool] | None = None
    for first in range(headed, len(pieces)):
        held: set[str] = set()
        for last in range(first, first + 1 if headed else min(first + 3, len(pieces))):
            start, end = pieces[first][0], pieces[last][1]
            if last > first and end - start > LONGEST:
                break
            held |= terms[last]
            kind = any(telling[first : last + 1])
            worth = sum(weights[term] for term in held) / total + 0.15 * kind
            worth -= 0.04 * (last - first) + (end - start) / 6_000
            if titled >= _TITLED:
                worth = 0.3 * worth + 0.7 * (1 - first / len(pieces))
            if best is None or worth > best[0] + 1e-9:
                best = (worth, start, end, kind)
    assert best is not None
    worth, start, end, kind = best
    whole = set().union(*terms) | (set(index_terms(hit.title)) & weights.keys())
    if scoped:
        whole |= bridged(whole, weights)
    covered = sum(weights[term] for term in whole) / total
    if matter and not whole & set(matter):
        covered = 0.0  # it only names whom the question names
    if wanted and not kind:
        # A date is always recognised; persons, places and reasons are not, so their absence says less.
        covered -= 0.3 if _DATE in wanted else 0.1
    if headed:
        start = pieces[0][0] if end - pieces[0][0] <= LONGEST else start
        return Found(hit, text[start:end].strip(), covered, worth + 0.35 * covered - 0.015 * rank)
    words = _extended(text, start, end, pieces, reach=220 if titled >= _TITLED else 60)
    return Found(hit, words, covered, worth + 0.35 * covered - 0.015 * rank)


def _is_table(text: str, pieces: Sequence[tuple[int, int]]) -> bool:
    """Whether a text is the rows of a table under a head of words: cells in most lines, no figures in the first."""
    rows = sum(text[start:end].count("|") >= 2 for start, end in pieces)
    return len(pieces) > 1 and rows * 3 >= len(pieces) * 2 and _is_head(text[slice(*pieces[0])])


def _is_head(line: str) -> bool:
    """Whether a line names the columns of a table: cells of words, at most with a year."""
    return line.count("|") >= 2 and not re.search(r"\d[\d,]{4,}|\d[.%]", line)


def bridged(held: set[str], weights: dict[str, float]) -> set[str]:
    """Pairs over the seam of two words that are both held, and what is made of such: 欠工 of 拖欠 and 工资."""
    pairs = {term for term in weights if len(term) == 2 and _HAN.match(term)}
    ends, starts = {term[1] for term in held & pairs}, {term[0] for term in held & pairs}
    # The pair ab|cd has its seam at bc: ab ends in b, cd begins with c.
    seams = {pair for pair in pairs - held if pair[0] in ends and pair[1] in starts}
    known = (held & pairs) | seams
    longer = {term for term in weights if len(term) > 2 and _HAN.match(term)}
    return seams | {term for term in longer if all(term[at : at + 2] in known for at in range(len(term) - 1))}


def _extended(text: str, start: int, end: int, pieces: Sequence[tuple[int, int]], *, reach: int) -> str:
    """A short stretch with the sentences that follow it, so that it can be understood alone."""
    for first, last in pieces:
        if first >= end and end - start < reach and last - start <= LONGEST:
            end = last
    return text[start:end].strip()


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand; a very long one is cut at commas."""
    chinese = len(re.findall(r"[\u3400-\u9fff]", text)) * 4 > len(text)
    found = []
    for match in (_SENTENCE if chinese else _ENGLISH_SENTENCE).finditer(text):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[start] in "-*•|> \t":
            start += 1
        while end > start and text[end - 1] in "| \t\n":
            end -= 1
        while end - start > LONGEST:
            cut = max(text.rfind(sign, start + 60, start + LONGEST) for sign in ("，", "、", ", ", " "))
            cut = cut + 1 if cut > start else start + LONGEST
            found.append((start, cut))
            start = cut
        heads = text[:start].endswith("\n") or start == 0
        if end > start and not (heads and _HEADING.match(text, start, end)):
            found.append((start, end))
    return found


def quoting(item: Evidence, words: str, customer: str | None) -> Evidence:
    """A passage's evidence with the quotation that we chose."""
    sha = item.id.split("-")[1]
    return replace(
        item, id=passage_id(sha, item.locator, words), quote=words, customer=item.customer or customer
    )


def of_namesake(text: str, names: Sequence[str]) -> bool:
    """Whether a text names only another firm whose name begins like this customer's (Nordhafen Logistik AG)."""
    from knowledge.names.keys import fold

    own = {fold(name) for name in names}
    seen = False
    for name in names:
        if len(name) < 2:
            continue
        for match in re.finditer(re.escape(name), text, re.IGNORECASE):
            longer = _LONGER.match(text, match.end())
            whole = fold(text[match.start() : longer.end()]) if longer else ""
            if not longer or any(whole.startswith(other) for other in own if len(other) > len(name)):
                return False
            seen = True
    return seen
