"""What filings state beside their statements (其他披露): guidance, coupons of notes, par values, shares outstanding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from knowledge.figures.amounts import Figure, read_figure, scan_figures, widen
from knowledge.figures.filings import Filing
from knowledge.figures.fitting import ADJUSTED, OUTLOOK
from knowledge.figures.items import Item, Lexicon
from knowledge.figures.periods import Period, PeriodKind, end_date, near, read_period
from knowledge.figures.questions import FigureQuery
from knowledge.figures.sentences import Hit, has, one, sentences

_RANGE = re.compile(
    r"[\d%](?:\s*(?:million|billion))?\s*(?:to|-|–|—|至|到|~)\s*\$?\d|\bbetween\b|\brange\b|\bat\s+least\b|\bup\s+to\b|\bmore\s+than\b|\bless\s+than\b",
    re.IGNORECASE,
)
_EXPECTS = re.compile(
    r"\bexpect(?:s|ed)?\b|\bguidance\b|\boutlook\b|\banticipate[sd]?\b|\bforecasts?\b|\bproject(?:s|ed)?\b|预计|预期|指引",
    re.IGNORECASE,
)
_UNCHANGED = re.compile(r"^(?:no\s+change|unchanged|reiterated|maintained|不变)$", re.IGNORECASE)
_GUIDED = re.compile(
    r"(?:\b(?:of|be|to\s+be|approximate|approximately|about|around|total|at|is|are|was|were)|为|约)\s*(?:approximately\s+|about\s+|around\s+|roughly\s+)?$",
    re.IGNORECASE,
)
_MARK = re.compile(r"\(\d\)|[®™†*]")
_NOTE = re.compile(
    r"(?P<rate>\d{1,2}(?:\.\d{1,4})?)\s*%\s+(?:[A-Z][\w-]*\s+){0,4}(?:notes?|bonds?|debentures?|securities)\s*,?\s*"
    r"(?:due|maturing|Due)\s+(?:in\s+)?(?P<when>(?:[A-Z][a-z]+\.?\s+)?(?:\d{1,2},\s*)?(?:19|20)\d{2})",
    re.IGNORECASE,
)
_PAR = re.compile(
    r"par\s+value\s+(?:of\s+)?(?P<c1>US\$|\$|£|€|¥|RMB)?\s*(?P<v1>(?:\d+)?\.\d+|\d+)(?P<p1>\s*(?:pence|cents?))?|"
    r"(?P<c2>US\$|\$|£|€|¥|RMB)\s*(?P<v2>(?:\d+)?\.\d+|\d+)(?:\s+per\s+share)?,?\s+par\s+value|每股面值\D{0,6}?(?P<v3>(?:\d+)?\.\d+|\d+)\s*元",
    re.IGNORECASE,
)
_OUTSTANDING = re.compile(
    r"\bshares?\b(?![^.;]{0,40}weighted)[^.;]{0,90}\boutstanding\b|\boutstanding\b[^.;]{0,60}\bshares?\b",
    re.IGNORECASE,
)
_MONTH_NAME = re.compile(r"[A-Z][a-z]{2,8}")
_ASKED_YEAR = re.compile(r"(?<!\d)(20\d{2}|19\d{2})(?!\d)")


def find_guidance(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> Hit | None:
    """The single value that a company expects of an item; a range is no single value and is left alone."""
    hits = [*_guided_lines(query, item, filing, lexicon), *_guided_sentences(query, item, filing, lexicon)]
    if wished is not None:
        hits = [
            hit
            for hit in hits
            if hit.period is None
            or (filing.calendar.matches(wished, hit.period) and hit.period.kind is wished.kind)
        ]
    return one(hits)


def _guided_lines(query: FigureQuery, item: Item, filing: Filing, lexicon: Lexicon) -> Iterator[Hit]:
    """Lines of a list of guidance: an item, then what was expected, then what is expected now."""
    for page in filing.pages:
        about, since, year = False, 99, None
        for line in page.text.split("\n"):
            text = _MARK.sub("", widen(line)).strip()
            if not text:
                continue
            since += 1
            if OUTLOOK.search(text) and len(text) < 130 and not text.endswith("."):
                about, since = True, 0
                years = re.findall(r"(?:FY\s?'?|fiscal\s+|^|full[- ]year\s+)(\d{4}|\d{2})(?!\d)", text, re.I)
                year = int(years[0]) + (2000 if len(years[0]) == 2 else 0) if years else year
            if not about or since > 30:
                continue
            cells = re.split(r"\s{2,}", text)
            if len(cells) < 2 or not _names(item, cells[0], query, lexicon):
                continue
            said = [cell for cell in cells[1:] if not _UNCHANGED.match(cell)]
            figure = _single(said[-1], item) if said else None
            if figure is None or not all(has(text, ways) for ways in query.qualifiers):
                continue
            period = Period(PeriodKind.YEAR, year=year) if year else None
            yield Hit(figure, period, page.page, line.strip(), f"guidance for “{cells[0]}”")


def _names(item: Item, label: str, query: FigureQuery, lexicon: Lexicon) -> bool:
    if bool(ADJUSTED.search(label)) != query.adjusted and item.key not in ("eps_adjusted", "adjusted_income"):
        return False
    named = lexicon.in_question(ADJUSTED.sub(" ", label))
    return bool(named) and (
        named[0][2].key == item.key or (item.key == "eps_adjusted" and named[0][2].kind == "share")
    )


def _single(text: str, item: Item) -> Figure | None:
    if _RANGE.search(text):
        return None
    figures = [figure for _, _, figure in scan_figures(text)]
    if len(figures) != 1:
        return None
    figure = figures[0]
    percent = item.kind in ("rate", "ratio")
    return (
        figure
        if figure.is_percent == percent and (percent or figure.currency or item.kind == "count")
        else None
    )


def _guided_sentences(query: FigureQuery, item: Item, filing: Filing, lexicon: Lexicon) -> Iterator[Hit]:
    for paragraph, start, sentence in sentences(filing):
        if not _EXPECTS.search(sentence) or _RANGE.search(sentence):
            continue
        if not all(has(sentence, ways) for ways in query.qualifiers):
            continue
        if bool(ADJUSTED.search(sentence)) != query.adjusted and item.key not in (
            "eps_adjusted",
            "adjusted_income",
        ):
            continue
        for begin, end, named in lexicon.in_question(sentence):
            if named.key != item.key:
                continue
            for at, stop, figure in scan_figures(sentence[end:]):
                between = sentence[end : end + at]
                if len(between) > 60 or not _GUIDED.search(between):
                    break
                if figure.is_percent == (item.kind in ("rate", "ratio")) and (
                    figure.is_percent or figure.currency
                ):
                    period = read_period(sentence)
                    period = filing.calendar.complete(period) if period else None
                    if period is not None and period.kind is PeriodKind.INSTANT:
                        period = None
                    quote = paragraph.quote(start + begin, start + end + stop)
                    yield Hit(
                        figure, period, paragraph.page.page, quote, f"expectation of “{sentence[begin:end]}”"
                    )
                break


def find_coupon(query: FigureQuery, filing: Filing) -> Hit | None:
    """The coupon (票面利率) of the notes that fall due when the question says."""
    years = _ASKED_YEAR.findall(query.text)
    if len(years) != 1:
        return None
    month = _month(query.text)
    hits: list[Hit] = []
    for page in filing.pages:
        text = widen(page.text)
        for match in _NOTE.finditer(text):
            when = match["when"]
            if years[0] not in when:
                continue
            name = _MONTH_NAME.search(when)
            if month is not None and (name is None or _month(name.group()) != month):
                continue
            line = page.text[: match.start()].count("\n")
            quote = page.text.split("\n")[line].strip()
            figure = read_figure(f"{match['rate']}%")
            if figure is not None:
                hits.append(Hit(figure, None, page.page, quote, f"notes due {when}"))
    return one(hits, exact=True)


def _month(text: str) -> int | None:
    day = end_date(re.sub(r"(\d{4})\s*年\s*(\d{1,2})\s*月(?!\d)(?!\s*[底末])", r"\1年\2月末 ", text))
    if day is not None:
        return day.month
    try:
        return None if not _MONTH_NAME.fullmatch(text) else date(2000, _number(text), 1).month
    except ValueError:
        return None


def _number(name: str) -> int:
    names = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    key = name[:3].casefold()
    return names.index(key) + 1 if key in names else 0


def find_par_value(query: FigureQuery, filing: Filing) -> Hit | None:
    """The par value (每股面值) of a share, where all places that give one agree."""
    preferred = bool(re.search(r"preferred|preference|优先股", query.text, re.IGNORECASE))
    hits: list[Hit] = []
    for page in filing.pages:
        text = widen(page.text)
        for match in _PAR.finditer(text):
            line = text[: match.start()].count("\n")
            whole = page.text.split("\n")[line].strip()
            around = text[max(0, match.start() - 90) : match.end() + 60]
            if bool(re.search(r"preferred|preference", around, re.IGNORECASE)) != preferred:
                continue
            value = match["v1"] or match["v2"] or match["v3"]
            sign = match["c1"] or match["c2"] or ("元" if match["v3"] else "")
            figure = read_figure(f"{sign}{value}" if sign != "元" else f"{value}元")
            if figure is not None and figure.currency and not match["p1"]:
                hits.append(Hit(figure, None, page.page, whole, "par value"))
    return one(hits, exact=True)


def find_shares_outstanding(query: FigureQuery, wished: Period | None, filing: Filing) -> Hit | None:
    """How many shares were outstanding on a day, as a sentence states it; exactly printed ones come first."""
    hits: list[Hit] = []
    for paragraph, start, sentence in sentences(filing):
        if not _OUTSTANDING.search(sentence) or re.search(
            r"weighted|repurchase|dilut|buy-?\s?back|authori[sz]ed|option|award|unvested|\bClass\s+[A-Z]\b|preferred|percent|treasury|respectively",
            sentence,
            re.IGNORECASE,
        ):
            continue
        figures = [
            (stop, figure)
            for _, stop, figure in scan_figures(sentence)
            if not figure.is_percent
            and figure.currency is None
            and figure.amount >= 10_000
            and re.match(r"\s*(?:[\w$€£.'-]+\s+){0,5}?shares?\b", sentence[stop:], re.IGNORECASE)
        ]
        if len(figures) != 1:
            continue
        period = read_period(sentence)
        if period is None or period.end is None:
            continue
        period = replace(period, kind=PeriodKind.INSTANT, year=None, number=None)
        if wished is not None and not _same_day(wished, period, filing):
            continue
        end = filing.calendar.end
        if wished is None and end is not None and (end - period.end).days > 4:
            continue
        stop, figure = figures[0]
        quote = paragraph.quote(start, start + stop)
        hits.append(Hit(figure, period, paragraph.page.page, quote, "sentence on shares outstanding"))
    if wished is None and hits:
        newest = max(hit.period.end for hit in hits if hit.period and hit.period.end)
        hits = [hit for hit in hits if hit.period and hit.period.end == newest]
    return one(hits)


def _same_day(wished: Period, period: Period, filing: Filing) -> bool:
    end = filing.calendar.complete(wished).end
    days = 4 if wished.kind is PeriodKind.INSTANT else 11
    return end is not None and period.end is not None and near(end, period.end, days)
