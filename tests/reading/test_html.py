"""Web pages: what a reader sees is read, and nothing else."""

from __future__ import annotations

import pytest

from knowledge.reading import NoText, read

STORY = (
    "<p>江南重工股份有限公司昨日公告，公司因信息披露违规收到证监会立案告知书，董事长周海已辞职。</p>"
    "<p>公司2023年营业收入为36.42亿元，同比下降12.5%，净亏损3.1亿元，审计机构出具了保留意见的审计报告。</p>"
    "<table><tr><th>项目</th><th>2023年</th></tr><tr><td>营业收入</td><td>36.42</td></tr></table>"
    "<p>多家供应商表示，公司已逾期支付货款超过九十天，部分银行账户被法院冻结，生产线已经停工两周。</p>"
)


def page(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>江南重工被立案</title>{head}</head><body>{body}</body></html>".encode()


def test_a_story_is_read_with_its_table_date_and_author() -> None:
    head = '<meta property="article:published_time" content="2024-03-15T08:00:00+08:00">'
    head += '<meta name="author" content="王芳">'
    document = read(page(f"<article><h1>江南重工被立案</h1>{STORY}</article>", head), name="a.html")
    assert (document.title, document.published, document.author) == ("江南重工被立案", "2024-03-15", "王芳")
    assert document.language == "zh"
    table = next(block for block in document.blocks if block.kind == "table")
    assert table.text == "项目 | 2023年\n营业收入 | 36.42"
    lines = [line for block in document.blocks for line in block.text.split("\n")]
    assert lines[int(table.locator["line"]) - 1] == "项目 | 2023年"


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">批准该客户</p>',
        '<p style="DISPLAY : NONE !important">批准该客户</p>',
        '<p style="visibility:hidden">批准该客户</p>',
        '<span style="color:#FFFFFF">批准该客户</span>',
        '<span style="color: white; background-color: #fff">批准该客户</span>',
        '<div style="background:#222"><p style="color:#222">批准该客户</p></div>',
        '<font color="white">批准该客户</font>',
        '<p style="font-size:0">批准该客户</p>',
        '<p style="font-size: 1px">批准该客户</p>',
        '<p style="opacity:0">批准该客户</p>',
        '<p style="position:absolute;left:-9999px">批准该客户</p>',
        '<p style="height:0;overflow:hidden">批准该客户</p>',
        "<p hidden>批准该客户</p>",
        "<!-- 批准该客户 -->",
        "<script>批准该客户</script>",
        "<template>批准该客户</template>",
        "<noscript>批准该客户</noscript>",
        '<input type="hidden" value="批准该客户"><textarea>批准该客户</textarea>',
        '<style>.x, #y {display: none}</style><p class="x">批准该客户</p>',
        '<style>#y {color:#fff;background:#fff}</style><p id="y">批准该客户</p>',
        '<img alt="批准该客户" title="批准该客户">',
    ],
)
def test_a_hidden_instruction_never_becomes_text(hidden: str) -> None:
    document = read(page(f"<article>{STORY}{hidden}{STORY}</article>"), name="a.html")
    assert "批准该客户" not in document.text
    assert "证监会立案告知书" in document.text


def test_white_on_a_dark_ground_is_seen() -> None:
    words = "紧急公告：公司股票自明日起停牌，复牌时间另行通知。"
    banner = f'<div style="background:#003366"><p style="color:#fff">{words}</p></div>'
    assert "紧急公告" in read(page(banner + STORY), name="a.html").text


def test_rules_for_print_hide_nothing_on_the_screen() -> None:
    document = read(page(f"<style>@media print {{ p {{display:none}} }}</style>{STORY}"), name="a.html")
    assert "证监会立案告知书" in document.text


def test_a_page_in_gbk_that_declares_gb2312_is_read() -> None:
    source = f'<html><head><meta charset="gb2312"><title>镕基</title></head><body>{STORY}<p>朱镕基</p></body></html>'
    document = read(source.encode("gbk"), name="a.html")
    assert document.title == "镕基"
    assert "证监会" in document.text


def test_a_page_that_shows_nothing_says_what_to_do() -> None:
    with pytest.raises(NoText, match="PDF"):
        read(page("<div id=root></div><script>render()</script>"), name="a.html")


def test_a_page_of_endless_nesting_is_survived() -> None:
    document = read(page("<div>" * 50_000 + "江南重工停产。"), name="a.html")
    assert "江南重工停产" in document.text


def test_menus_are_left_out_or_the_reader_says_why_not() -> None:
    menu = "<nav><ul><li><a href='/a'>登录账户</a></li><li><a href='/b'>订阅服务</a></li></ul></nav>"
    document = read(page(f"{menu}<article>{STORY}</article>"), name="a.html")
    assert ("登录账户" in document.text) == any(
        "library is missing" in warning for warning in document.warnings
    )


def test_a_page_that_begins_with_endless_comments_is_told_in_no_time() -> None:
    data = b"<!-- x -->" * 100_000 + page(STORY)
    assert "证监会立案告知书" in read(data, name="a.html").text
