"""Personal details are hidden before a model sees them, beside any character, and come back as they were."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.agent.masking import Mask

ALL = frozenset({"identity", "permit", "phone", "email", "card", "iban"})

PERSONAL = [
    ("法定代表人罗启晟，身份证11010519491231002X号", "11010519491231002X", "identity"),
    ("证件 110105 19491231 002X 已核", "110105 19491231 002X", "identity"),
    ("第1234 110105 19491231 002X", "110105 19491231 002X", "identity"),
    ("１１０１０５１９４９１２３１００２Ｘ", "１１０１０５１９４９１２３１００２Ｘ", "identity"),
    ("身份证号码：110105194912310021（抄录有误）", "110105194912310021", "identity"),
    ("老证330106650812301。", "330106650812301", "identity"),
    ("National ID No. 3520149847497 (Pakistan)", "3520149847497", "identity"),
    ("护照号E12345678有效", "E12345678", "permit"),
    ("Passport no. C01X00T47 was seen", "C01X00T47", "permit"),
    ("港澳通行证 C12345678", "C12345678", "permit"),
    ("台胞证号：12345678", "12345678", "permit"),
    ("holder A123456(3) of Kowloon", "A123456(3)", "permit"),
    ("请打13800138000找张三", "13800138000", "phone"),
    ("手机（微信同号）：138 0013 8000。", "138 0013 8000", "phone"),
    ("call +86 138-0013-8000 today", "+86 138-0013-8000", "phone"),
    ("电话１３８００１３８０００、转", "１３８００１３８０００", "phone"),
    ("联系（0571）88886666转8012", "（0571）88886666", "phone"),
    ("总机010-88886666谢谢", "010-88886666", "phone"),
    ("热线400-820-8820", "400-820-8820", "phone"),
    ("Tel.: +44 (0)20 7946 0958", "+44 (0)20 7946 0958", "phone"),
    ("Mobile 07700 900123", "07700 900123", "phone"),
    ("传真：88886666", "88886666", "phone"),
    ("Büro +49/89/1234567.", "+49/89/1234567", "phone"),
    ("(415) 555-2671 in San Francisco", "(415) 555-2671", "phone"),
    ("https://wa.me/8613800138000", "8613800138000", "phone"),
    ("邮箱a@b.com", "a@b.com", "email"),
    ("请联系zhang.san@corp.com.cn谢谢", "zhang.san@corp.com.cn", "email"),
    ("ｚｈａｎｇ＠ｆｉｒｍ．ｃｎ", "ｚｈａｎｇ＠ｆｉｒｍ．ｃｎ", "email"),
    ("卡号4111111111111111请查", "4111111111111111", "card"),
    ("付至 6222 0212 3456 7890 128 即可", "6222 0212 3456 7890 128", "card"),
    ("1234 4111 1111 1111 1111 5", "4111 1111 1111 1111", "card"),
    ("银行账号：4111 1111 1111 1112", "4111 1111 1111 1112", "card"),
    ("IBAN DE89 3704 0044 0532 0130 00 and more", "DE89 3704 0044 0532 0130 00", "iban"),
    ("汇入GB82WEST12345698765432。", "GB82WEST12345698765432", "iban"),
]


@pytest.mark.parametrize(("text", "value", "kind"), PERSONAL)
def test_a_personal_detail_gives_way_to_a_placeholder_and_comes_back(
    text: str, value: str, kind: str
) -> None:
    mask = Mask(ALL)
    assert mask.hide(text) == text.replace(value, f"⟦{kind}-1⟧")
    assert mask.show(mask.hide(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "统一社会信用代码91330106MA2B3C4D57和911100001000001337",
        "LEI HWUPKR0MPOU8FGXBT394",
        "period_end: 2025-12-31\nrevenue: 13800138000\ncurrency: CNY",
        "营业收入13800138000元，注册资本为15000000000",
        "CNY 13800138000 or 13,800,138,000.00, up +12.5% or +12345678",
        "net_income [2025-12-31] = 15912345678, ratio 1.15384615385",
        "发票号 13800138000, INV-13800138000, INV-2026-000123",
        "合同编号HT-2026-0113-8812，contract_number: XS-2025-031",
        "(2026)粤1972执9926号之一, record_number: 37130220260037",
        "注册号330106000123456, registration_number: 330106400012345",
        "600519 (000858) 0700.HK C-1024 A-57 K-9",
        "rec-019a3b5c-1111-7222-8333-446655440000 550e8400-e29b-41d4-a716-446655440000",
        "pas-1234567890123456-12345678901234567890",
        "at: 2026-11-21T09:00:00+00:00, last contact: 2026-11-21 09:00",
        "2019 2020 2021 2022 2023 1500 2300 450",
        "4111111111111112 has a wrong check digit, 110105194912310021 too",
        "<@U024BE7LH> in <#C024BE7LR>",
    ],
)
def test_codes_amounts_and_dates_stay(text: str) -> None:
    assert Mask(ALL).hide(text) == text


def test_the_same_number_has_one_placeholder_however_it_is_written() -> None:
    mask = Mask(ALL)
    hidden = mask.hide("13800138000, 13900139000, +86 138 0013 8000, 13800138000")
    assert hidden == "⟦phone-1⟧, ⟦phone-2⟧, ⟦phone-1-2⟧, ⟦phone-1⟧"
    assert mask.hide("again 13900139000-13800138000") == "again ⟦phone-2⟧-⟦phone-1⟧"
    assert mask.show(hidden) == "13800138000, 13900139000, +86 138 0013 8000, 13800138000"


def test_a_placeholder_is_read_as_a_model_writes_it_and_an_invented_one_is_left() -> None:
    mask = Mask(ALL)
    mask.hide("13800138000 and a@b.com")
    assert (
        mask.show("⟦Phone-1⟧ ⟦ ＰＨＯＮＥ － １ ⟧ ⟦phone‑01⟧ ⟦EMAIL 1⟧")
        == "13800138000 13800138000 13800138000 a@b.com"
    )
    assert mask.show("⟦phone-7⟧ ⟦card-1⟧ ⟦⟧ ⟦phone-1") == "⟦phone-7⟧ ⟦card-1⟧ ⟦⟧ ⟦phone-1"


def test_a_text_from_outside_cannot_name_somebodys_number() -> None:
    mask = Mask(ALL)
    mask.hide("Ms Zhang, 13800138000")
    planted = mask.hide("Write to ⟦phone-1⟧, ⟦ＰＨＯＮＥ－１⟧ or ⟦phone-") + mask.hide("1⟧")
    assert "13800138000" not in mask.show(planted)
    assert mask.show(mask.hide("⟦phone-13900139000⟧")) == "〚phone-13900139000〛"


def test_only_the_kinds_of_the_policy_are_hidden() -> None:
    text = "13800138000 a@b.com 4111111111111111"
    assert Mask(frozenset({"email"})).hide(text) == "13800138000 ⟦email-1⟧ 4111111111111111"
    assert Mask(frozenset()).hide(text) == text


def test_a_tree_keeps_its_keys_and_they_say_what_stands_under_them() -> None:
    mask = Mask(ALL)
    tree = {
        "phone": 13800138000,
        "revenue": 13800138000,
        "fax": "8888 6666",
        "13800138000": [{"amount": "13800138000", "text": "打13800138000"}, None, True, 1.5],
    }
    hidden = mask.hide_tree(tree)
    assert hidden == {
        "phone": "⟦phone-1⟧",
        "revenue": 13800138000,
        "fax": "⟦phone-2⟧",
        "13800138000": [{"amount": "13800138000", "text": "打⟦phone-1⟧"}, None, True, 1.5],
    }
    assert mask.show_tree({"query": ["⟦phone-2⟧"]}) == {"query": ["8888 6666"]}


# ── for any text ────────────────────────────────────────────────────────────────────────────────────────────

DIGITS = "0123456789"
JOINTS = ["", " ", "-"]


def checked_identity(body: str) -> str:
    total = sum(int(sign) * pow(2, 17 - place, 11) for place, sign in enumerate(body))
    return body + "10X98765432"[total % 11]


def checked_card(body: str) -> str:
    for check in DIGITS:
        folded = [int(sign) * (1 + place % 2) for place, sign in enumerate(reversed(body + check))]
        if sum(value - 9 * (value > 9) for value in folded) % 10 == 0:
            return body + check
    raise AssertionError


@st.composite
def mobiles(draw: st.DrawFn) -> str:
    number = "1" + draw(st.sampled_from("356789")) + draw(st.text(DIGITS, min_size=9, max_size=9))
    joint = draw(st.sampled_from(JOINTS))
    country = draw(st.sampled_from(["", "+86", "+86 ", "0086-", "(+86)", "86"]))
    return country + joint.join((number[:3], number[3:7], number[7:]))


@st.composite
def identities(draw: st.DrawFn) -> str:
    born = draw(st.dates()).replace(year=draw(st.integers(1930, 2026)), day=1)
    code = checked_identity(f"330106{born:%Y%m%d}" + draw(st.text(DIGITS, min_size=3, max_size=3)))
    return draw(st.sampled_from(JOINTS)).join((code[:6], code[6:14], code[14:]))


@st.composite
def cards(draw: st.DrawFn) -> str:
    code = checked_card("62" + draw(st.text(DIGITS, min_size=13, max_size=16)))
    joint = draw(st.sampled_from(JOINTS))
    return joint.join(code[at : at + 4] for at in range(0, len(code), 4))


@st.composite
def addresses(draw: st.DrawFn) -> str:
    name = draw(st.from_regex(r"[a-z][a-z0-9._-]{2,20}[a-z0-9]", fullmatch=True))
    return name + "@" + draw(st.sampled_from(["firm.cn", "mail.example.com", "a-b.co.uk"]))


#: Surroundings without digits and Latin letters, which would make a code of a number.
PROSE = st.text(st.sampled_from("客户的联系人电话：，。请于（）、张三 \n“”！/|＝"), max_size=30)
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


@given(
    before=PROSE,
    after=PROSE,
    value=st.one_of(mobiles(), identities(), cards(), addresses()),
    wide=st.booleans(),
)
def test_nothing_of_a_planted_value_is_left(before: str, after: str, value: str, wide: bool) -> None:
    written = value.translate(WIDE) if wide else value
    text = before + written + after
    mask = Mask(ALL)
    hidden = mask.hide(text)
    assert mask.show(hidden) == text
    assert hidden.startswith(before.rstrip("（"))
    digits = "".join(sign for sign in value if sign.isdigit())
    left = "".join(str(int(sign)) for sign in hidden if sign.isdigit())
    assert not any(digits[at : at + 6] in left for at in range(len(digits) - 5))
    assert written not in hidden


@given(
    text=st.text(
        st.one_of(st.characters(exclude_characters="⟦⟧"), st.sampled_from("0123456789 -+()@.１电话")),
        max_size=80,
    )
)
def test_any_text_without_our_brackets_comes_back_as_it_was(text: str) -> None:
    mask = Mask(ALL)
    assert mask.show(mask.hide(text)) == text


def test_half_a_character_is_no_harm() -> None:
    assert Mask(ALL).hide("\ud80013800138000") == "\ud800⟦phone-1⟧"


@pytest.mark.parametrize(
    "piece",
    [
        "张三13800138000，营业收入36.42亿元。",
        "1 ",
        "@",
        "a.@",
        "+1 ",
        "6222 ",
        "DE89 ",
        "电话",
        "tel 1 2 3 ",
        "1",
    ],
)
def test_the_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    mask = Mask(ALL)
    mask.hide("13800138000")

    def seconds(length: int) -> float:
        begun = time.process_time()
        Mask(ALL).hide((piece * length)[:length])
        return time.process_time() - begun

    # Eight times the text: eight times the time, and far from the sixty-four of a square.
    short = min(seconds(20_000) for _ in range(3))
    assert seconds(160_000) < 30 * max(short, 0.005)


def test_a_card_whose_number_also_checks_as_a_firms_code_is_hidden() -> None:
    hidden = Mask(frozenset({"card", "identity"})).hide("卡号621300323527831107, 代码 91320505MA7YT0K306")
    assert "621300323527831107" not in hidden and "91320505MA7YT0K306" in hidden
