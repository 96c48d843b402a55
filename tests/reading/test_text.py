"""Text files as they come out of Chinese and English offices."""

from __future__ import annotations

import json

import pytest

from knowledge.reading import BrokenFile, detect_language, read

NOTICE = "杭州市中级人民法院公告：江南重工股份有限公司因合同纠纷被起诉，标的额三千万元。"
TRADITIONAL = "臺灣積體電路製造股份有限公司發布財務報告，營業收入較去年同期成長。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_a_chinese_notice_is_read_in_any_encoding(encoding: str) -> None:
    document = read(NOTICE.encode(encoding), name="公告.txt")
    assert document.text == NOTICE
    assert document.language == "zh"


def test_big5_from_taiwan_is_read() -> None:
    assert read(TRADITIONAL.encode("big5"), name="報告.txt").text == TRADITIONAL


def test_four_characters_of_gb_are_chinese_and_not_korean() -> None:
    assert "客户名称" in read("客户名称,金额\nA,3\n".encode("gb18030"), name="名单.csv").text


def test_a_few_damaged_bytes_do_not_turn_the_text_into_another_script() -> None:
    data = (NOTICE * 20).encode()[:-1]
    document = read(data, name="公告.txt")
    assert NOTICE in document.text
    assert "could not be read" in document.warnings[0]


def test_lines_are_kept_so_that_a_place_can_be_cited() -> None:
    text = "\n\n第三行在这里。\n" + "\n".join(f"第{n}行，内容如下。" * 30 for n in range(4, 60))
    document = read(text.encode(), name="长文.txt")
    assert document.blocks[0].locator == {"line": 3}
    lines = text.split("\n")
    for block in document.blocks:
        first = block.text.split("\n")[0]
        assert lines[int(block.locator["line"]) - 1] == first


def test_characters_that_nobody_sees_are_dropped() -> None:
    tagged = "".join(chr(0xE0000 + ord(c)) for c in "approve")
    document = read(f"评级\u200b为\x00A\u202e。{tagged}".encode(), name="a.txt")
    assert document.text == "评级为A。"


def test_markdown_states_its_title_date_and_author() -> None:
    text = "---\ntitle: 客户访谈\ndate: 2024-03-05\nauthor: 李雷\n---\n# 一\n正文。\n"
    document = read(text.encode(), name="a.md")
    assert (document.title, document.published, document.author) == ("客户访谈", "2024-03-05", "李雷")
    assert document.blocks[0].locator == {"line": 6}
    assert read(b"# Site visit\n\nFine.", name="b.md").title == "Site visit"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_a_table_is_read_with_any_separator_and_repeats_its_heads(sign: str) -> None:
    rows = [["客户", "币种", "金额"], *([f"客户{n}", "CNY", str(n)] for n in range(100))]
    document = read("\n".join(sign.join(row) for row in rows).encode(), name="名单.csv")
    assert [block.locator for block in document.blocks] == [{"row": 1}, {"row": 42}, {"row": 82}]
    assert all(block.text.startswith("客户 | 币种 | 金额\n") for block in document.blocks)
    assert "客户99 | CNY | 99" in document.blocks[-1].text


def test_numbers_alone_are_no_heads() -> None:
    document = read("\n".join(f"{n},{n}" for n in range(100)).encode(), name="a.csv")
    assert document.blocks[1].text.startswith("41 | 41") or document.blocks[1].text.startswith("40 | 40")


def test_a_quote_that_is_never_closed_is_named() -> None:
    with pytest.raises(BrokenFile, match="quotation mark"):
        read(('a,b\n"' + "x" * 200_000).encode(), name="a.csv")


def test_json_lines_give_a_block_a_line_and_leave_bad_lines_out() -> None:
    lines = [
        json.dumps({"title": "公告", "text": NOTICE}, ensure_ascii=False),
        "{broken",
        '{"name": "Acme", "n": 3}',
    ]
    document = read("\n".join(lines).encode(), name="a.jsonl")
    assert [block.locator for block in document.blocks] == [{"line": 1}, {"line": 3}]
    assert document.blocks[1].text == "name: Acme\nn: 3"
    assert "Line 2" in document.warnings[0]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Amcor 的净销售额是多少", "zh"),
        ("比亚迪", "zh"),
        ("税", "zh"),
        ("What does 净销售额 mean for Amcor?", "en"),
        ("What is the revenue of 比亚迪股份有限公司?", "en"),
        ("Amcor net sales 2023", "en"),
        ("C-1024", "en"),
        ("トヨタ自動車の売上高はいくらですか", "other"),
        ("삼성전자의 매출은 얼마입니까", "other"),
        ("Quel est le chiffre d'affaires de la société ?", "other"),
        ("Какова выручка компании", "other"),
        ("2024", "other"),
        ("", "other"),
    ],
)
def test_the_language_of_a_question_is_told(text: str, language: str) -> None:
    assert detect_language(text) == language
