"""Words that say nothing about what a text is about (停用词), and the words with which people ask."""

from __future__ import annotations

_ENGLISH = """
a about above after again against all also am an and any are as at be because been before being below between
both but by can could did do does doing down during each few for from further had has have having he her here
hers him his how i if in into is it its itself just many me more most much my no nor not now of off on once only
or our ours out over own per please same she should so some such tell than that the their theirs them then
there these they this those through to too under until up very was we were what when where which while who whom
whose why will with would you your yours re ve ll
"""

#: Dropped from passages and questions alike.
ENGLISH_STOP_WORDS = frozenset(_ENGLISH.split())

#: A bigram of two of these is not a term.
CHINESE_STOP_CHARACTERS = frozenset(
    "的了是在和与及或之于对为以从由被把将向到就都也还又很吗呢吧啊哪谁几么什何怎这那其此该并而且但则所个些有等中上下不"
)

_CHINESE = """
是不是 有没有 为什么 怎么样 什么样 多少钱 什么时候 也就是说 与此同时 的时候 越来越 一方面 另一方面
"""

#: Dictionary words that are no terms.
CHINESE_STOP_WORDS = frozenset(_CHINESE.split())

_QUESTION = """
是什么时候 在什么时候 什么时候 什么时间 是什么 为什么 什么样 有什么 什么
分别是多少 是多少 有多少 多少 分别是哪些 有哪些 分别是 分别 的是
哪一天 哪一年 哪几个 哪几家 哪几 哪些 哪个 哪家 哪里 哪位 哪种 哪年 哪儿 是哪 是谁 谁
如何 怎么样 怎么 怎样 是否 有没有 是不是 能不能 可不可以
几个 几家 几次 几年 请问 请告诉我 告诉我 请列出 吗 呢
"""

#: Cut out of a question before it is taken apart: words of asking, nothing of any subject.
QUESTION_PHRASES = tuple(sorted(_QUESTION.split(), key=len, reverse=True))

_CALCULATION = """
amount average calculate change compute decrease difference increase number percent percentage ratio respective
respectively sum total value year
"""

#: Say what is to be done with the figures rather than where they stand; they count little in a question.
CALCULATION_WORDS = frozenset(_CALCULATION.split())
