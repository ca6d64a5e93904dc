"""
The words of an explicit label, what is measured of it, and the label in texts and pages.

A notice names AI (人工智能 or AI) and generation (生成 or 合成); the standard fixes no other word.

Source: GB 45438-2025 5.1 (text), 5.6 (interactive UI), from secondary sources, not verified.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, get_args

from qingjian.core.errors import DamagedFile, QingjianError, UsageError

NOTICE = "本内容由人工智能生成"
CORNER = "AI生成"
SIDE_SHARE = 0.05
"""Least height of the text, as a share of the picture's shortest side (5.2 and 5.4)."""
FILM_S = 2.0
"""Least time a film shows its notice at the start, in seconds (5.4)."""
TextPlace = Literal["start", "end", "paragraphs"]
PictureCorner = Literal["lower-right", "lower-left", "upper-right", "upper-left"]
_AI = re.compile(r"人工智能|(?<![A-Za-z])A\.?I(?![A-Za-z])", re.I)
_MADE = re.compile(r"生成|合成")
_EDGE_LINES = 4
_LONGEST = 40
_LONGEST_LINE = 200
_AI_WORD = r"(?:人工智能|(?<![A-Za-z])A\.?I(?![A-Za-z]))"
_THING = r"(?:内容|文字|文本|文章|正文|图片|图像|音频|视频|作品|回答|回复|结果|摘要|文)"
_DECLARES = re.compile(
    rf"(?:[本此该]|以[上下]|[上下]述|部分|全部|{_THING}).{{0,12}}?(?:由|经|用|借助|通过|系|是|为|含)"
    rf".{{0,20}}?{_AI_WORD}.{{0,10}}?(?:生成|合成)(?:合成|而成|制作|完成|[后并].{{0,12}}|的?{_THING})?$",
    re.I,
)
_NAMES = re.compile(rf"由?{_AI_WORD}.{{0,6}}?(?:生成|合成)(?:合成)?(?:的?{_THING})?$", re.I)
_ASIDE = re.compile(r"[（(\[【]([^（）()\[\]【】]{2,80})[）)\]】]\s*$")
_MARKUP = "> *_#-`~ 　"
_FRONT_MATTER = re.compile(r"\A\ufeff?---\r?\n.*?^---[ \t]*(?:\r?\n|\Z)", re.S | re.M)


@dataclass(frozen=True, slots=True)
class Notice:
    """
    How an explicit label is to be; what does not fit a kind of content is not used there.

    Args:
        words: of the notice in texts, pages, pictures and films; the usual ones when empty.
        at: before a text's first line, after its last, or at the end of every paragraph; at its
            start when None.
        corner: of a picture or film; the lower right one when None.
        recording: a file with spoken words for sound; the rhythm label when None.

    Raises UsageError when the words lack an element, or a place is none of those.
    """

    words: str = ""
    at: TextPlace | None = None
    corner: PictureCorner | None = None
    recording: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse what is no notice."""
        if self.words:
            checked_words(self.words)
        for value, places in ((self.at, TextPlace), (self.corner, PictureCorner)):
            if value is not None and value not in get_args(places):
                raise UsageError(f"{value!r} is no place", "one of " + ", ".join(get_args(places)))


USUAL = Notice()


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One thing the standard asks, and what the file has.

    Args:
        id: `height`, `position`, `contrast`, `duration`, `play`, `words`.
        clause: where it stands; not verified against the official text.
        asked: in words.
        measured: in words.
        holds: whether it is met; None where it could not be measured.
    """

    id: str
    clause: str
    asked: str
    measured: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Seen:
    """
    Whether a file has an explicit label, and how it measures up.

    Args:
        found: whether one was found; None where this kind of content cannot be looked at.
        rules: every rule that applies.
        words: the notice that was found, empty when there is none.
    """

    found: bool | None
    rules: tuple[Rule, ...] = ()
    words: str = ""

    @property
    def fit(self) -> bool:
        """Whether a label was found and no rule is broken."""
        return bool(self.found) and all(rule.holds is not False for rule in self.rules)


@contextmanager
def decoding(what: str) -> Iterator[None]:
    """
    Turn whatever a decoder raises into DamagedFile.

    Decoders of pictures, sound and films raise many kinds of errors for broken bytes, among them
    KeyError, TypeError and struct.error.
    """
    try:
        yield
    except (QingjianError, MemoryError):
        raise
    except Exception as error:
        said = str(error) or type(error).__name__
        raise DamagedFile(f"{what} cannot be decoded: {said}") from error


def checked_words(words: str) -> str:
    """Give the words back. Raises UsageError when an element is missing."""
    if not (_AI.search(words) and _MADE.search(words)):
        raise UsageError(
            f"{words!r} is no notice",
            "it must name AI (人工智能 or AI) and generation (生成 or 合成)",
        )
    return words


def noticed(text: str, notice: Notice = USUAL) -> str:
    """Give a text, plain or Markdown, with the notice in it; front matter stays first."""
    words = notice.words or NOTICE
    front = _FRONT_MATTER.match(text)
    head, body = (text[: front.end()], text[front.end() :]) if front else ("", text)
    newline = "\r\n" if "\r\n" in text else "\n"
    if head and not head.endswith("\n"):
        head += newline
    if not head and body.startswith("\ufeff"):
        head, body = body[0], body[1:]
    if notice.at in (None, "start"):
        return f"{head}{words}{newline}{newline}{body}"
    if notice.at == "end":
        gap = newline if body.endswith(("\n", "\r")) or not body else newline * 2
        return f"{head}{body}{gap}{words}{newline}"
    parts = re.split(r"((?:\r?\n){2,})", body)
    return head + "".join(_closed(part, words) for part in parts)


def _closed(paragraph: str, words: str) -> str:
    """Give a paragraph with the notice before the line ends that follow it."""
    bare = paragraph.rstrip("\r\n")
    return f"{bare}（{words}）{paragraph[len(bare) :]}" if bare.strip() else paragraph


def snippet(words: str = NOTICE) -> str:
    """Give HTML for an interface: shown beside the content for as long as it is shown."""
    shown = html.escape(checked_words(words))
    style = (
        "position:sticky;top:0;z-index:1;padding:.25em .5em;"
        "background:#111;color:#fff;font-size:1rem;line-height:1.5"
    )
    return f'<div role="note" class="ai-notice" style="{style}">{shown}</div>'


def check_text(text: str, words: str = "") -> Seen:
    """
    Say whether a text has a notice at its start or end, or in parentheses at a paragraph's end.

    A notice declares (本文由 AI 生成) or names (AI生成内容); an article that talks
    about generation by AI does neither. Any wording is found when it is told.

    Args:
        text: plain text or Markdown.
        words: a notice of other wording to look for.
    """
    front = _FRONT_MATTER.match(text)
    lines = [line.strip() for line in text[front.end() if front else 0 :].splitlines()]
    lines = [line for line in lines if line]
    for where, some in (("start", lines[:_EDGE_LINES]), ("end", lines[-_EDGE_LINES:])):
        for line in some:
            if found := _notice_in(line, words):
                return _seen(found, where)
    for line in lines:
        aside = _ASIDE.search(line[-_LONGEST_LINE:])
        if aside and (found := _notice_in(aside[1], words)):
            return _seen(found, "middle")
    return Seen(False)


def _notice_in(line: str, words: str) -> str:
    """Give the notice in a line, empty when there is none."""
    if words and words in line:
        return words
    line = line[:_LONGEST_LINE] + "\n" + line[-_LONGEST_LINE:]
    heading = line.startswith("#")
    clauses = re.split(r"([。！？!?；;，,：:\n（）()\[\]【】])", line)
    for clause, ended in zip(clauses[::2], [*clauses[1::2], ""], strict=True):
        bare = clause.strip(_MARKUP)
        if len(bare) > _LONGEST or ended in ("？", "?"):
            continue
        if _DECLARES.search(bare) or (not heading and _NAMES.match(bare)):
            return bare
    return ""


def _seen(sentence: str, where: str) -> Seen:
    clause = "GB 45438-2025 5.1"
    words = Rule("words", clause, "both elements", sentence, True)
    place = Rule("position", clause, "start, end or middle", where, True)
    return Seen(True, (words, place), sentence)
