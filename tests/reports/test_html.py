from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.browser import pictured, rendered
from tests.reports.made import about, failed, finding, judged, line, span

from qingjian.core.errors import InputError
from qingjian.core.types import Box, ByteRange, Field, Members, Place, Span, TimeRange
from qingjian.reports.html import content_security_policy, render, style
from qingjian.reports.sink import Line
from qingjian.reports.visible import visible

VOID = {"meta", "br", "hr", "img", "input", "link"}
HOSTILE = [
    "<script>alert(1)</script>",
    "</style></title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<!-- <b>",
    "]]><![CDATA[",
    "&lt;b&gt; &amp; &#60;",
    "{{ 7 * 7 }} {% raw %}",
    "\u202egpj.exe\u2066",
    "\x00\x1b[2J\x07\x9b",
    "https://evil.example/x.png url(https://evil.example)",
    "javascript:alert(1)",
]


class Page(HTMLParser):
    """A page taken apart; whatever a browser would have to mend is kept in `wrong`."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.wrong: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.wrong += [f"<{tag}> is never closed" for tag in self._open]
        ids = [value for _, name, value in self.attributes if name == "id"]
        self.wrong += [f"the id {id} stands twice" for id in ids if ids.count(id) > 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.wrong.append(f"</{tag}> closes {self._open[-1:]}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"an instruction: {data}")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"a declaration: {data}")


def full(words: str = "词") -> list[Line]:
    """Give lines of every kind, with `words` wherever others' words can stand."""
    body = f"前面{words}后面"
    evidence: dict[str, Any] = {
        "quote": words,
        "several": (words, words),
        "count": 3,
        "none": None,
        "empty": "",
    }
    hit = finding(words, Span(2, 2 + len(words)), score=0.5, **evidence)
    opposed = finding(words, Field(words), words, detector="document.made")
    return [
        line(judged(hit, opposed, body=body, id=words, rules=("r", words))),
        line(judged(opposed, id="opposed")),
        line(failed(InputError(words, words), id=words)),
    ]


def page_of(lines: list[Line], left_out: int = 0, **changes: object) -> str:
    return render(lines, about(lines, **changes), left_out)


def test_a_page_is_well_formed_and_says_it_is_html() -> None:
    text = page_of(full())
    page = Page(text)
    assert text.startswith("<!doctype html>")
    assert page.wrong == []
    assert ("html", "lang", "en") in page.attributes
    assert ("meta", "charset", "utf-8") in page.attributes


def test_a_page_runs_nothing_and_asks_for_nothing() -> None:
    page = Page(page_of(full()))
    active = {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert not active & set(page.tags)
    names = {name for _, name, _ in page.attributes}
    assert not names & {"src", "srcset", "action", "style", "background", "http-equiv"}
    assert not [name for name in names if name.startswith("on")]
    targets = [value for _, name, value in page.attributes if name == "href"]
    assert targets
    assert all(target.startswith("#") for target in targets)
    assert not re.search(r"url\(|@import|expression\(|https?:", style())


def test_every_link_of_the_page_leads_somewhere_on_it() -> None:
    for lines in (full(), []):
        page = Page(page_of(lines))
        ids = {value for _, name, value in page.attributes if name == "id"}
        assert {v.removeprefix("#") for _, n, v in page.attributes if n == "href"} <= ids


def test_the_policy_names_the_very_style_sheet_of_the_page() -> None:
    inside = re.search(r"<style>(.*?)</style>", page_of(full()), re.S)
    assert inside
    digest = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
    said = dict(part.split(" ", 1) for part in content_security_policy().split("; "))
    assert said == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_text_wherever_they_stand(words: str) -> None:
    plain = Page(page_of(full()))
    text = page_of(full(words), paths=(words,), policy=words, because={words: (words, "x")})
    page = Page(text)
    assert page.wrong == []
    assert page.tags == plain.tags
    assert [(t, n) for t, n, _ in page.attributes] == [(t, n) for t, n, _ in plain.attributes]
    assert "".join(page.texts).count(visible(words)) >= 8


@settings(max_examples=30)
@given(st.text(st.characters(codec=None), min_size=1, max_size=30).filter(str.strip))
def test_any_words_come_back_as_they_were_but_visible(words: str) -> None:
    clean = words.encode("utf-8", "replace").decode()
    page = Page(page_of(full(clean)))
    assert page.wrong == []
    assert page.tags == Page(page_of(full())).tags
    assert visible(clean) in "".join(page.texts)


def test_no_control_character_and_no_override_of_direction_reaches_the_page() -> None:
    text = page_of(full("".join(map(chr, range(0xA0))) + "\u202e\u2067\u2028"))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028]", text)


def test_the_words_found_are_marked_between_those_around_them() -> None:
    body = "今天代过人脸，先过后付"
    text = page_of([line(judged(finding("x", span(body, "代过人脸")), body=body))])
    assert "<blockquote>今天<mark>代过人脸</mark>，先过后付</blockquote>" in text


def test_findings_without_words_are_told_with_their_place() -> None:
    places: list[tuple[Place | None, str]] = [
        (Span(3, 9), "characters 3–9"),
        (ByteRange(0, 7), "bytes 0–7"),
        (Field("名称"), "field 名称"),
        (TimeRange(0.25, 12.5), "0.2–12.5 s"),
        (Box(1, 2, 3, 4), "box"),
        (Members(("a",)), "members"),
        (None, "the item as a whole"),
    ]
    for at, told in places:
        text = page_of([line(judged(finding("x", at), body=""))])
        assert f"<dd>{told}</dd>" in text
        assert "<mark>" not in text


def _section(text: str, id: str) -> str:
    return text.split(f'<h2 id="{id}"', 1)[1].split("<h2", 1)[0]


def test_each_item_stands_where_it_belongs() -> None:
    lines = [
        line(judged(finding("x"), id="hit.txt")),
        line(judged(finding("y", None, "a warning"), id="opposed.txt")),
        line(failed(InputError("torn in two", "mend it"), id="bad.txt")),
    ]
    text = page_of(lines)
    assert "hit.txt" in _section(text, "findings")
    assert "opposed.txt" not in _section(text, "findings")
    assert "opposed.txt" in _section(text, "opposed")
    assert "a warning" in _section(text, "opposed")
    unread = _section(text, "unread")
    assert "bad.txt" in unread and "torn in two" in unread and "mend it" in unread


def test_an_item_says_what_the_policy_asks_for_and_why() -> None:
    text = page_of([line(judged(finding("x"), rules=("r", "other")))])
    assert "queue, a person confirms" in text
    assert "<code>r</code>: it was made up; <code>other</code>" in text


def test_a_finding_names_its_rows_of_the_notice_in_the_notices_words() -> None:
    text = page_of([line(judged(finding("x")))])
    assert "<code>2.4.kin_fraud</code>" in text
    assert "骗" in text.split("2.4.kin_fraud", 1)[1].split("</dd>", 1)[0]


def test_the_figures_are_those_of_the_whole_run() -> None:
    text = page_of(
        [line(judged(finding("x")))],
        left_out=41,
        items=12345,
        with_findings=42,
        opposed=7000,
        errors=9,
        not_looked_at=11,
        decisions={"pass": 10, "queue": 42},
    )
    figures = dict(re.findall(r"<li><b>(.*?)</b><span>(.*?)</span></li>", text))
    assert {told: count for count, told in figures.items()} == {
        "items": "12,345",
        "with findings": "42",
        "found, but something speaks against it": "7,000",
        "could not be read": "9",
        "not looked at": "11",
        "taken": "1.5 s",
    }
    assert "41 more items are not shown here" in text
    steps = re.findall(r'<tr><th scope="row">(\w+)</th><td class="number">(\d+)</td>', text)
    assert steps == [("queue", "42"), ("pass", "10")]
    assert '<meter min="0" max="52" value="42" aria-label="42 items queue">' in text


def test_what_ran_is_told_with_its_quality_and_abstentions() -> None:
    ran = _section(page_of([line(judged(finding("x")))]), "detectors")
    assert "precision 0.90 (0.80–0.95), recall 0.50 (0.40–0.60), n 100" in ran
    assert "not measured" in ran
    assert "all that is real" in ran
    counts = re.findall(r'<td class="number">(\d+)</td><td class="number">(\d+)</td>', ran)
    assert counts == [("1", "0"), ("0", "3")]


def test_a_run_without_anything_is_a_page_too() -> None:
    text = page_of([], items=0, decisions={})
    assert Page(text).wrong == []
    assert "Nothing was found." in text
    assert "Could not be read" not in text


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_browser_shows_the_page_without_complaint(tmp_path: Path, width: int, dark: bool) -> None:
    long = "很长的一段话没有停顿" * 40 + "A" * 300
    lines = [*full(), *full("<script>document.title='x'</script>"), *full(long), *full(HOSTILE[8])]
    page = page_of(lines, paths=("posts/" + "x" * 120,))
    shown = rendered(page, width, dark, tmp_path)
    assert shown.console == []
    assert shown.measured["scripts"] == shown.measured["requests"] == 0
    assert shown.measured["width"] <= width
    assert "<script>document.title='x'</script>" in shown.measured["text"]
    ground = sum(map(int, re.findall(r"\d+", shown.measured["ground"])))
    ink = sum(map(int, re.findall(r"\d+", shown.measured["ink"])))
    assert (ground < ink) is dark
    file = tmp_path / "page.html"
    file.write_text(page, "utf-8")
    picture = tmp_path / f"page-{width}-{'dark' if dark else 'light'}.png"
    assert pictured(file.as_uri(), width, dark, picture) == []
    assert picture.stat().st_size > 10_000
