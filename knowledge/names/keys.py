"""Keys of names (名称键): how a name is folded, and what of it tells firms apart.

Folding here keeps the length, character for character, so that what is found in folded text has the same place in
the text as written. It serves for searching only; names are shown as they were given.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

HAN = "\u3400-\u9fff"


def words(text: str) -> tuple[str, ...]:
    """The words of a list that is written as text."""
    return tuple(text.split())


#: Legal forms at the end of a Chinese name.
_CHINESE_FORMS = words(
    """
    集团股份有限责任公司 集团股份有限公司 股份有限责任公司 集团有限责任公司 (集团)股份有限公司
    (集团)有限公司 (集团)有限责任公司 股份有限公司 有限责任公司 集团有限公司 控股有限公司 股份公司 有限公司
    集团公司 总公司 分公司 公司 集团 (有限合伙)
    """
)

#: Legal forms and words of kind at the end of a Latin name.
_LATIN_FORMS = frozenset(
    words(
        """
    ab ag aps as asa bhd bv co company corp corporation gmbh group holding holdings inc incorporated jsc
    kabushiki kaisha kg kgaa kk limited llc llp lp ltd nv oao ooo oy oyj pao pjsc plc pte pty sa sarl sas
    sdn se spa srl tbk
        """
    )
)

#: What many firms are called: alone it tells nobody apart.
GENERIC = words(
    """
    信息技术 生物科技 生物医药 新能源 新材料 高新技术 房地产 半导体 互联网 供应链 进出口 科技 技术 实业 贸易
    电子 集团 股份 有限 责任 公司 国际 控股 投资 发展 工业 制造 材料 能源 环保 信息 网络 智能 生物 医药 药业
    机械 设备 装备 建筑 建设 工程 物流 食品 汽车 化工 化学 银行 保险 证券 基金 商贸 文化 传媒 教育 健康 医疗
    器械 电气 电器 电力 光电 通信 软件 系统 数据 数码 服务 管理 咨询 产业 农业 矿业 钢铁 纺织 服饰 家居 精密
    自动化 仪器 液压 包装 印刷 航空 运输 置业 地产 金属 塑料 橡胶 玻璃 陶瓷 水泥 石油 石化 天然气 燃气 热力
    水务 环境 园林 旅游 酒店 餐饮 零售 超市 百货 商业 世界
    """
)

#: Regions that stand before or within a name; cities with 市, provinces with 省, short forms without.
REGIONS = words(
    """
    中国 内蒙古 黑龙江 石家庄 哈尔滨 呼和浩特 乌鲁木齐 连云港 秦皇岛 北京 上海 天津 重庆 河北 山西 辽宁 吉林
    江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 广西 西藏 宁夏
    新疆 香港 澳门 深圳 广州 杭州 南京 苏州 无锡 宁波 温州 嘉兴 绍兴 金华 台州 合肥 福州 厦门 泉州 南昌 济南
    青岛 烟台 潍坊 郑州 洛阳 武汉 长沙 株洲 佛山 东莞 珠海 中山 惠州 汕头 海口 成都 绵阳 贵阳 昆明 西安 兰州
    西宁 太原 沈阳 大连 长春 常州 南通 扬州 徐州 镇江 泰州 盐城 芜湖 邵阳 岳阳 衡阳 湘潭 常德 南宁 柳州 桂林
    银川 拉萨 唐山 保定 湖州 舟山 衢州 丽水 淮安 宿迁 赣州 九江 漳州 莆田 龙岩 淄博 济宁 临沂 威海 襄阳 宜昌
    荆州 江门 湛江 肇庆
    """
)

_FORM_END = re.compile("(?:" + "|".join(map(re.escape, sorted(_CHINESE_FORMS, key=len, reverse=True))) + ")$")
_REGION = re.compile("(?:" + "|".join(sorted(REGIONS, key=len, reverse=True)) + ")(?:省|市|自治区)?")
_BRACKETED_REGION = re.compile(rf"\((?:{_REGION.pattern}|[{HAN}]{{2,3}})\)")
_GENERIC = re.compile("|".join(sorted(GENERIC, key=len, reverse=True)))
_WORD = re.compile(r"[a-z0-9]+(?:&[a-z0-9]+)*|&")


class _Folding(dict[int, str]):
    """One character for one character: half width, lower case, simplified, Latin without accents."""

    def __missing__(self, code: int) -> str:
        written = chr(code)
        folded = unicodedata.normalize("NFKC", written).lower()
        if len(folded) == 1 and "\u3400" <= folded <= "\u9fff":
            folded = _simplified(folded)
        elif len(folded) == 1 and folded > "\x7f":
            base = unicodedata.normalize("NFKD", folded)[0]
            folded = base if base.isascii() and base.isalpha() else folded
        self[code] = folded if len(folded) == 1 else written
        return self[code]


@cache
def _table() -> _Folding:
    table = _Folding()
    table.update(
        {ord("’"): "'", ord("‘"): "'", ord("〔"): "(", ord("〕"): ")", ord("【"): "(", ord("】"): ")"}
    )
    return table


@cache
def _converter() -> object:
    from opencc import OpenCC

    return OpenCC("t2s")


def _simplified(character: str) -> str:
    return _converter().convert(character)  # type: ignore[attr-defined]


def fold(text: str) -> str:
    """The text for searching, as long as it was: half width, lower case, simplified characters."""
    return text.translate(_table())


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return re.search(f"[{HAN}]", text) is not None


@lru_cache(maxsize=65_536)
def core(name: str) -> str:
    """The folded name without its legal form: 恒岳科技（杭州）有限公司 → 恒岳科技(杭州), Best Buy Co. → best buy."""
    folded = fold(name).strip()
    if has_han(folded):
        folded = "".join(folded.split())
        shorter = _FORM_END.sub("", folded)
        return shorter if len(shorter) >= 2 else folded
    words = _WORD.findall(folded.replace(".", "").replace("'", ""))
    while len(words) > 1 and (words[-1] in _LATIN_FORMS or words[-1] == "&"):
        words.pop()
    if len(words) > 1 and words[0] == "the":
        words.pop(0)
    return " ".join(words)


@lru_cache(maxsize=65_536)
def without_region(name: str) -> str:
    """The core of a Chinese name without its region: 恒岳科技（杭州）有限公司 → 恒岳科技.

    The core itself when nothing, or nothing but shared words, would be left.
    """
    kernel = core(name)
    if not has_han(kernel):
        return kernel
    shorter = _BRACKETED_REGION.sub("", kernel)
    shorter = _REGION.sub("", shorter, count=1) if _REGION.match(shorter) else shorter
    shorter = _FORM_END.sub("", shorter)
    return shorter if len(shorter) >= 2 and not all(shared_words(shorter)) else kernel


@lru_cache(maxsize=65_536)
def brand(name: str) -> str:
    """What is left of a Chinese name without region, legal form and words that many firms share; may be empty."""
    kernel = without_region(name)
    return re.sub(r"[()·\s]", "", _GENERIC.sub("", kernel)) if has_han(kernel) else kernel


def shared_words(folded: str) -> tuple[bool, ...]:
    """Which characters of a folded Chinese name stand in its legal form or in a word that many firms share."""
    marks = [False] * len(folded)
    for pattern in (_FORM_END, _GENERIC):
        for match in pattern.finditer(folded):
            marks[match.start() : match.end()] = [True] * (match.end() - match.start())
    return tuple(marks)


def regions(text: str) -> frozenset[str]:
    """The regions that a text names."""
    return frozenset(re.findall("|".join(sorted(REGIONS, key=len, reverse=True)), fold(text)))
