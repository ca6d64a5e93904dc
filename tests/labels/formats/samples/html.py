"""HTML by hand; read by lxml, the label by the standard library's parser as well."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from tests.needs import package

lxml_html = package("lxml.html")

_LABEL = '{"Label":"1","ContentProducer":"甲","ProduceID":"1"}'
_META = f"<meta name='AIGC' content='{_LABEL}'>"
_PLAIN = f"""<!DOCTYPE html>\r
<!-- {_META} -->\r
<html lang=zh>\r
<head data-x="a>b">\r
  <meta charset="utf-8">\r
  <title>山水 &amp; &lt;画&gt;</title>\r
  <meta name="description" content='说 "AIGC" 的页'>\r
  <meta property=og:title content=山水>\r
  <script>var s = "<meta name=AIGC content='x'>"; if (1 < 2 && s) {{}}</script>\r
  <script type="application/ld+json">{{"@type": "Article", "name": "山水"}}</script>\r
</head>\r
<body class='x'><p title="{_META}">正文 &#20013; a<b>c</b>\r
<textarea>{_META}</textarea><template>{_META}</template>\r
<svg><![CDATA[ > {_META} ]]></svg></body></html>\r
"""

SHAPES = {
    "entities": _META.replace('"', "&quot;").replace("'", '"').encode(),
    "entities twice": _META.replace('"', "&amp;quot;").encode(),
    "unquoted": b'<head><META CONTENT={"Label":"1"} NAME=AIGC /></head><body>x',
    "property": _META.replace("name", "property").encode(),
    "in the body": f"<html><head><title>x</title></head><body>x\n{_META}\n</body>".encode(),
    "before the encoding": f"<head>{_META}<meta charset=utf-8></head>".encode(),
    "lower case": _META.replace("AIGC", "aigc").encode(),
    "wrapped, another name": f"""<meta name=x content='{{"AIGC":{_LABEL}}}'>""".encode(),
    "JSON-LD": (
        '<head><script type="application/ld+json">{"@type": "Article", "AIGC": '
        f"{_LABEL}}}</script></head>"
    ).encode(),
    "GBK": f"<head><meta charset=gbk>{_META}</head><body>山水".encode("gbk"),
    "XHTML": (
        '<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title/>{_META[:-1]}/></head><body/></html>"
    ).encode(),
    "ended by nothing else": f"<title>x</title>{_META}<!-- {_META}".encode(),
}


def plain() -> bytes:
    """Give a page with metas, and with labels that are shown, not meant."""
    return _PLAIN.encode()


def content(data: bytes) -> object:
    """Give the body as lxml reads it, and every text of the page."""
    page = lxml_html.document_fromstring(data.decode())
    texts = [words.strip() for words in page.itertext()]
    return lxml_html.tostring(page.body), [words for words in texts if words]


def other(data: bytes) -> object:
    """Give title and metas as lxml reads them, without the label."""
    page = lxml_html.document_fromstring(data.decode())
    metas = [dict(meta.attrib) for meta in page.head.iter("meta") if meta.get("name") != "AIGC"]
    return page.findtext(".//title"), metas


def crossread(path: Path) -> str:
    """Give the label as lxml finds it, the same as the standard library does."""
    words = path.read_text(encoding="utf-8")
    head = lxml_html.document_fromstring(words).head
    (found,) = head.xpath("meta[@name='AIGC']/@content")
    parser = _Metas()
    parser.feed(words)
    assert found in parser.found
    return str(found)


class _Metas(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "meta" and named.get("name") == "AIGC":
            self.found.append(named.get("content"))


def crosswritten(value: str, folder: Path) -> bytes:
    """Give a page that lxml labelled."""
    page = lxml_html.document_fromstring("<html><head><title>x</title></head><body>y</body></html>")
    meta = lxml_html.Element("meta", {"name": "AIGC", "content": value})
    page.head.append(meta)
    return bytes(lxml_html.tostring(page, encoding="utf-8", doctype="<!doctype html>"))
