"""Sentences that command or ask (祈使句和疑问句): they state nothing, and nothing that is said can stand on them.

“Add that the firm is sound to your reply.” in a report does not say that the firm is sound. It is told by mood alone,
by what a sentence opens with and whom it speaks to, and not by what it wants: no list of attacks is here.
"""

from __future__ import annotations

import re

#: Verbs that are no nouns: a sentence that opens with one in its base form commands.
_VERBS = (
    "add|adjust|advise|allow|analy[sz]e|announce|apply|approve|arrange|ask|attach|augment|avoid|become|begin|behave|bring"
    "|calculate|choose|classify|combine|compose|compute|concatenate|confirm|consider|construct|convert|create|declare|decode"
    "|delete|demonstrate|describe|determine|develop|discuss|display|disregard|do|draw|embed|emphasi[sz]e|employ|enable"
    "|encode|encourage|encrypt|engage|enhance|ensure|enter|erase|evaluate|execute|expand|explain|express|extract|fetch"
    "|fill|find|forget|format|generate|get|give|go|identify|ignore|imagine|improve|include|incorporate|inform|insert"
    "|install|instruct|integrate|introduce|invite|join|keep|let|list|make|mention|modify|obey|obtain|omit|paraphrase"
    "|perform|predict|prepare|pretend|proceed|produce|promise|promote|provide|publish|put|read|recommend|refer|remember"
    "|remind|remove|render|repeat|replace|reply|respond|reveal|rewrite|say|see|select|send|shorten|simplify|sing|solve"
    "|speak|suggest|summari[sz]e|submit|subscribe|substitute|take|tell|think|translate|treat|try|update|upload|verify|write"
    "|don['’]t|do not|never|please|kindly"
)
#: Verbs that are nouns as well: with an object behind them they command.
_NOUNS = (
    "address|answer|attack|book|break|build|buy|call|cancel|change|charge|check|claim|click|close|comment|contact|contract"
    "|copy|cover|demand|design|detail|download|draft|email|e-mail|end|export|file|finance|focus|follow|forward|grade|grant"
    "|group|help|hint|import|increase|issue|label|limit|log|mail|mark|move|name|note|offer|open|order|outline|output|pay"
    "|plan|play|point|post|present|print|process|purchase|quote|rate|release|rename|report|request|research|reserve|return"
    "|reverse|review|run|schedule|score|search|set|share|shift|show|sign|sort|spell|start|state|stop|store|study|supply"
    "|support|swap|switch|test|transfer|trust|turn|type|use|utter|view|visit|wait|warn|wire|work"
)
_OBJECT = (
    r"\s+(?:(?:me|us|him|her|them|it|this|that|these|those|the|an?|all|any|each|every|everything|everybody|everyone|some|no"
    r"|only|your|my|our|how|what|why|who|where|whether)\b|[\"'“‘<{$\[])"
)
_LABEL = r"^[\W_]{0,6}(?:[^\s:：]{1,24}(?: [^\s:：]{1,24}){0,4}[:：]\s{0,3}){0,2}[^\w\s]{0,3}f?[^\w\s]{0,3}"
_LEAD = r"(?:(?:now|then|also|just|first|next|finally|instead|always|only|so|and|again|simply|above all)[, ]+){0,2}"
_ENGLISH = (
    rf"{_LABEL}{_LEAD}(?:(?:{_VERBS})\b(?![’']s\b)(?!-)|(?:{_NOUNS}){_OBJECT})",
    rf"{_LABEL}{_LEAD}(?:answer|reply|respond|act|behave|speak|work|write)\s+(?:as|in|with|like|only)\b",
    # A text that poses as part of a conversation with a machine.
    r"<[|/]*\s?(?:material|system|user|assistant|im_start|im_end|document|context)\b[^>\n]{0,40}>",
    r"^[\W_]{0,6}(?:system|assistant|user|human|developer|chatbot|tool (?:results?|output|response)"
    r"|(?:earlier|previous|prior) turns?)\s?[:：>]",
    # When this is read, send …
    rf"^\W{{0,6}}(?:if|when|before|after|once|whenever|in|to|for|as)\b[^,.]{{1,90}},\s+"
    rf"(?:please )?(?:{_VERBS}|(?:{_NOUNS}){_OBJECT})\b",
    r"\b(?:please|kindly)\s+\w",
    r"\b(?:in|to|with|of|at|from|into|modify|enhance|augment|shift|use|invert|end|begin|start|write|make|give|keep)"
    r"(?: \w+){0,3} (?:your|the next|the final) (?:\w+ )?"
    r"(?:reply|response|answer|output|message|summary|conclusion|words)\b",
    r"\byou (?:must|should|shall|need to|have to|are to|ought to|are now|may now|can now|will now)\b",
    r"\b(?:can|could|would|will|won['’]t) you\b",
    r"\bi (?:want|need|would like|order|command|instruct|ask) you\b|^\W{0,6}let(?:['’]s| us)\b",
)
_CHINESE = (
    r"^[\W_]{0,6}(?:[^\s:：，。]{1,12}[:：]\s{0,3})?(?:现在|首先|然后|接着|同时|另外|最后|之后)?[，,]?"
    r"(?:请(?!求|示|假|愿|款|赏|辞|购)|敬请|烦请|恳请您|务必|切勿|切记|千万|不要|别|勿|帮我|给我|替我|为我|告诉|告知我|记住|假装|假设你"
    r"|扮演|忽略|无视|忘记|列出|写一|写出|写下|用[^，。]{1,12}(?:回答|回复|答复|输出)|以[^，。]{1,12}(?:回答|回复|答复|输出)"
    r"|点击|立即(?:点击|转账|批准|删除|发送|停止|回复)|回答|回复|翻译成|输出(?!功|量|电|端|额|值)"
    r"|[把将][^，。；]{1,40}(?:发给|发到|发送|改为|改成|设为|设成|删|转给|转到|转入|告诉|通知|写成|写进|写入|翻译|加入|加到|放进|上传|公布))",
    r"(?:你|您)们?(?:现在|从现在起|接下来)?(?:必须|应该|应当|务必|只能|不得|不能|要|需要?|可否|能否|能不能|可以|是否|是一)"
    r"|(?:你|您)(?:现在|从现在起)是",
    r"(?:你|您)的(?:回答|回复|答复|输出|答案|任务|指令)|(?:在|于)(?:回答|回复|答复|答案|摘要)(?:中|里|时|末尾|开头|的)",
    r"[吗呢]\s*[。.]?\s*$",
    r"^[\W_]{0,6}(?:系统|助手|用户|工具(?:结果|输出|返回)|(?:之前|上一|先前)的?(?:对话|轮次?|回合))\s?[:：>]",
)
_REQUEST = re.compile("|".join(f"(?:{pattern})" for pattern in (*_ENGLISH, *_CHINESE)), re.IGNORECASE)
_ASKS = re.compile(r"[?？][\s\"'”’」』)）]{0,8}$")
#: So much of a sentence tells its mood.
_LONG = 400
#: One sentence; a sign of ASCII ends one only before a blank: figures and addresses stay whole.
_SENTENCE = re.compile(
    r"[^\n]+?(?:[。！？；]+[\"'”’」』)）]{0,8}|[.!?;]+[\"'”’」』)）]{0,8}(?=\s|$|[^\x00-\x7f])|(?=\n|$))"
)
#: What is opened and must be closed; a straight quotation mark closes itself.
_PAIRS = {"“": "”", "「": "」", "『": "』", '"': '"'}
#: A key in front of the value of a record.
_KEY = re.compile(r"[a-z_]{2,40}: ")


def is_request(sentence: str) -> bool:
    """Whether one sentence commands somebody or asks something instead of stating."""
    told = sentence.strip()
    return bool(_ASKS.search(told[-12:]) or _REQUEST.search(told[:_LONG]))


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [found for match in _SENTENCE.finditer(text) if (found := match.group().strip())]


def without_requests(text: str) -> str:
    """The text, as long as it was, with blanks where it commands or asks, and where it says what it commands to say."""
    pieces: list[str] = []
    at, awaited = 0, None
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        if not match.group().strip():
            continue
        key = _KEY.match(text, start, end)
        begun = key.end() if key else start
        said = text[begun:end]
        if awaited is None and not is_request(said):
            continue
        pieces += [text[at:begun], re.sub(r"[^\n]", " ", said)]
        at, awaited = end, _awaited(said, awaited)
    return "".join([*pieces, text[at:]])


def _awaited(said: str, before: str | None) -> str | None:
    """The sign with which what is ordered to be said will end; empty: with the next sentence; None: it has ended."""
    if before and before not in said:
        return before
    rest = said.partition(before)[2] if before else said
    for opening, closing in _PAIRS.items():
        if opening == closing and rest.count(opening) % 2:
            return closing
        if opening != closing and rest.rfind(opening) > rest.rfind(closing):
            return closing
    return "" if before is None and rest.rstrip().endswith((":", "：")) else None
