from __future__ import annotations

import time
from contextlib import suppress
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.core.errors import DamagedFile, InputError, TooLarge
from qingjian.core.types import ByteRange
from qingjian.labels.formats import html
from qingjian.labels.gb45438 import marks_of, written
from qingjian.labels.mark import Mark
from qingjian.labels.splice import applied

LABEL = '{"Label":"1","ContentProducer":"A","ProduceID":"x"}'
NEW = f"""<meta name="AIGC" content='{LABEL}'>"""
OLD = """<meta name=AIGC content='{"Label":"2"}'>"""


def read(data: bytes | str) -> list[Mark]:
    return marks_of(html.held(data.encode() if isinstance(data, str) else data))


def write(text: str, value: str | None = LABEL) -> str:
    data = text.encode()
    return applied(data, html.write(data, value)).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "%s"),
        ("<p>x", "%s<p>x"),
        ("<head><title>x</title></head>", "<head>%s<title>x</title></head>"),
        ("<HEAD a='>'>\r\n  <title>x", "<HEAD a='>'>\r\n  %s\r\n  <title>x"),
        ("<html>\n<p>", "<html>\n%s\n<p>"),
        ("<!-- <head> --><!Doctype html>\n<p>", "<!-- <head> --><!Doctype html>\n%s\n<p>"),
        ("<!-- <head> --><p>", "%s<!-- <head> --><p>"),
        ("\ufeff<p>", "\ufeff%s<p>"),
        ("<head><meta charset=gbk><title>", "<head><meta charset=gbk>%s<title>"),
        (
            '<head>\n<meta http-equiv="Content-Type" content="text/html; charset=x">\n<title>',
            '<head>\n<meta http-equiv="Content-Type" content="text/html; charset=x">\n%s\n<title>',
        ),
        ("<script>'<head>'</script><head>", "<script>'<head>'</script><head>%s"),
        ("<template><head></template><head>", "<template><head></template><head>%s"),
        ("<body><head>x", "%s<body><head>x"),
        ("<header>x", "%s<header>x"),
    ],
)
def test_it_goes_behind_the_head_and_the_encoding_and_without_trace(
    before: str, after: str
) -> None:
    assert write(before) == after.replace("%s", NEW)
    assert write(write(before)) == write(before)
    assert write(write(before), None) == before


def test_an_encoding_that_no_browser_looks_for_does_not_count() -> None:
    page = "<head>" + " " * 1100 + "<meta charset=utf-8>"
    assert write(page) == "<head>" + NEW + page[6:]


@pytest.mark.parametrize(
    ("before", "after", "without"),
    [
        (f"<head>\n {OLD}\n<title>", "<head>\n %s\n<title>", "<head>\n<title>"),
        (f"<title>x</title>{OLD}{OLD}y", "<title>x</title>%sy", "<title>x</title>y"),
        (f"<head></head><body>{OLD}", "<head>%s</head><body>", "<head></head><body>"),
        (f"<head>{OLD}<meta charset=x>", "<head><meta charset=x>%s", "<head><meta charset=x>"),
        (f"<svg>{OLD}</svg>", "<svg>%s</svg>", "<svg></svg>"),
        (f"<{OLD}{OLD[1:]}x", f"<%s{OLD[1:]}x", f"< {OLD[1:]}x"),
        (
            '<script type="application/ld+json">{"a":1,"AIGC":{"Label":"1"}}</script>',
            '%s<script type="application/ld+json">{"a":1}</script>',
            '<script type="application/ld+json">{"a":1}</script>',
        ),
    ],
)
def test_metas_that_are_there_are_replaced(before: str, after: str, without: str) -> None:
    assert write(before) == after.replace("%s", NEW)
    assert write(write(before)) == write(before)
    assert write(before, None) == without


@pytest.mark.parametrize(
    ("page", "count"),
    [
        (f"<!-- {OLD} -->", 0),
        (f"<!--{OLD}", 0),
        (f"<!-->{OLD}", 1),
        (f"<!--->{OLD}", 1),
        (f"<!-- --!>{OLD}", 1),
        (f"<!-- -- >{OLD}-->", 0),
        (f"<script>{OLD}</script>", 0),
        (f"<script>{OLD}</scripts>", 0),
        (f"<script>x</SCRIPT\n>{OLD}", 1),
        (f"<script><!--<script>{OLD}</script>{OLD}--></script>", 0),
        (f"<script><!--<script></script>--></script>{OLD}", 1),
        (f"<script><!--></script>{OLD}", 1),
        (f"<script><!-- x --><script></script>{OLD}", 1),
        (f"<style>{OLD}</style><xmp>{OLD}</xmp><iframe>{OLD}</iframe>{OLD}", 1),
        (f"<textarea>{OLD}</textarea><title>{OLD}</title>", 0),
        (f"<template>{OLD}<template></template>{OLD}</template>{OLD}", 1),
        (f"<plaintext>{OLD}", 0),
        (f"<a title=\"{OLD}\" b='>'>", 0),
        (f"<a b=x'>{OLD}", 1),
        (f'<a b="{OLD}', 0),
        (f'<a =">{OLD}', 1),
        (f"<a b= >{OLD}", 1),
        (f"<![CDATA[{OLD}]]>", 0),
        (f"<![CDATA[ > {OLD}]]>", 1),
        (f"<svg><![CDATA[ > {OLD}]]></svg>", 0),
        (f"<svg><title>x</title></svg>{OLD}", 1),
        (f"<?php '>' {OLD} ?>", 1),
        (f"</ {OLD}>{OLD}", 1),
        (f"<1 {OLD}", 1),
        (OLD.replace(">", ""), 0),
        (OLD.replace("<meta", "<meta/x/name=other"), 0),
        (OLD.replace("<meta", "<metas"), 0),
        (OLD.replace("<meta ", "<META\n\f/"), 1),
    ],
)
def test_what_is_shown_is_no_mark(page: str, count: int) -> None:
    assert len(read(page)) == count
    assert len(read(write(page))) == 1
    assert read(write(page, None)) == []


def test_metas_titles_and_json_ld_are_pairs() -> None:
    page = (
        "<title> 山 &amp; 水 </title><meta name=a content='&lt;&copy=&notit;&#26085;&quot'>"
        "<meta property='og:x' content=y><meta name=none><meta content=none>"
        "<script type='Application/LD+json'>1</script>"
        "<script type='application/ld+json'> {} </script>"
        """<title>{"AIGC": {"Label": "1"}}</title>"""
        """<script type="application/ld+json">{"Label": "1", "about": "AIGC"}</script>"""
    )
    assert [(each.key, each.value) for each in html.held(page.encode())] == [
        ("title", "山 & 水"),
        ("a", '<&copy=&notit;日"'),
        ("og:x", "y"),
        ("ld+json", "1"),
        ("ld+json", "{}"),
    ]
    assert write(page, None) == page


def test_deviations_say_where_it_stands() -> None:
    for page, ids in (
        (OLD, []),
        (OLD.replace("AIGC", "aigc"), ["place.key"]),
        ("<body>" + OLD.replace("name", "property"), ["place.key", "place.body"]),
    ):
        (mark,) = read(page)
        assert [d.id for d in mark.deviations if d.id.startswith("place")] == ids
        assert isinstance(mark.at, ByteRange)
        assert page[mark.at.start : mark.at.end].startswith("<meta")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "big5", "shift-jis"])
def test_every_byte_of_every_encoding_is_kept(encoding: str) -> None:
    page = "<head><title>山水</title></head><body>日本".encode(encoding)
    mark = Mark("gb45438", "1", {"ContentProducer": "某 🌄 \x7f\x85\ufdd0\uffff\U0002ffff'<&>"})
    again = applied(page, html.write(page, written(mark, False)))
    assert again.replace(again[6 : again.index(b"<title")], b"") == page
    assert again[6 : again.index(b"<title")].isascii()
    (seen,) = read(again)
    assert seen.fields["ContentProducer"] == mark.fields["ContentProducer"]
    head = f"<meta charset={encoding}>"
    said = head + '<meta name=AIGC content=\'{"Label":"1","ContentProducer":"山"}\'>'
    assert read(said.encode(encoding))[0].fields["ContentProducer"] == "山"
    if encoding in ("gb18030", "utf-8"):
        said = said.replace(head, "<meta charset=none>") + "正文"
        assert read(said.encode(encoding))[0].fields["ContentProducer"] == "山"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_and_not_written(encoding: str) -> None:
    page = ("<head>" + OLD).encode(encoding)
    (mark,) = read(page)
    assert mark.at == ByteRange(0, len(page))
    with pytest.raises(InputError, match="UTF-16") as caught:
        html.write(page, LABEL)
    assert caught.value.hint


def test_xhtml_stays_xml() -> None:
    page = "<?xml version='1.0'?>\n<html><head><script/><title/></head></html>"
    assert NEW[:-1] + " /><script/>" in write(page)
    assert len(read(write(page))) == 1


class Metas(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [value for key, value in attrs if key == "name"]
        self.count += tag == "meta" and names[:1] == ["AIGC"]


parts = st.sampled_from(
    [OLD, "<p>", "</p>", "<a b='", "'", '"', ">", "x", "<!-- ", " -->", "<script>", "</script>"]
    + ["<textarea>", "</textarea>", "<br/>", " ", "\n", "&amp;", "<head>", "</head>", "<body>"]
)


@given(st.lists(parts, max_size=12).map("".join))
def test_any_page_is_labelled_once(page: str) -> None:
    again = write(page)
    assert len(read(again)) == 1
    assert write(again) == again
    assert read(write(page, None)) == []


@given(st.lists(st.sampled_from([OLD, "<p>", "<a b='>'>", "<!-- ", "-->", "x", "\n"]), max_size=9))
def test_the_standard_library_sees_the_same_metas(each: list[str]) -> None:
    parser = Metas()
    page = "".join(each) + "-->"
    parser.feed(page)
    parser.close()
    assert parser.count == len(read(page))


@pytest.mark.parametrize(
    "part",
    ["<a>", "<", "<a b='", "<!--", "<!---->", "<script>", "<script></script>", "<meta a>", "<svg>"]
    + ["<a b", "</", "<?", "<!doctype", "<title>", "<template>", "<meta a='", "&", "a=b ", OLD],
)
def test_long_pages_are_read_in_time(part: str) -> None:
    started = time.process_time()
    for start in ("", "<meta ", "<script><!--<script>"):
        with suppress(DamagedFile):
            read(start + part * (300_000 // len(part)))
    assert time.process_time() - started < 5


def test_bounds() -> None:
    with pytest.raises(DamagedFile, match="more than 4096 labels"):
        read(OLD * 5000)
    assert len(list(html.held(b"<meta name=a content=b>" * 999))) == 512
    assert len(read("<meta name=a content=b>" * 999 + OLD)) == 1
    with pytest.raises(TooLarge):
        read(b" " * ((64 << 20) + 1))


def test_the_first_bytes_tell() -> None:
    for head in (b"<!DOCTYPE html>", b"\xef\xbb\xbf\n<html>", b"<!-- x -->\n<!doctype HTML >"):
        assert html.knows(head)
    assert html.knows(b"<?xml version='1.0'?><html>")
    assert not html.knows(b"<?xml version='1.0'?><svg>")
    assert not html.knows(b"<p>")


def test_a_page_whose_tags_run_into_each_other_is_not_written() -> None:
    meta = b"<meta name='AIGC' content='{\"Label\":\"1\"}'>"
    torn = b"<svg><![CDA\r\n<textarea>%s</textarea><template>%s</template>\rTA[ > %s ]]></svg>"
    head = b'<html><head data-x="'
    page = head + b"a>b</head><p title='" + meta + b"'>" + torn % (meta, meta, meta)
    with pytest.raises(DamagedFile, match="run into each other"):
        html.write(page, None)
