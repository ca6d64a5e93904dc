"""
What stands around a figure, and names that two nearly identical sentences say otherwise.

Places are code points of the text as given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qingjian.core.types import Span
from qingjian.detectors.instruments.align import clauses, held, pairs, weight
from qingjian.detectors.instruments.places import PLACE, places
from qingjian.detectors.instruments.quantities import Quantity

LEFT = 8
RIGHT = 5
_SENTENCE = re.compile(r"[^。！？!?\n；;]+")
_REST = re.compile(r"[^。！？!?\n；;，,、]*")
_SAME = 0.6
_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_PERSON = re.compile(
    rf"(?P<family>[{_FAMILY}])(?P<given>某某|某|[一-鿿]{{0,2}}?)(?P<suffix>先生|女士|老师|医生|主任|"
    r"教授|院长|校长|局长|队长|经理|师傅|大爷|大妈|阿姨|同学|教练|导演|奶奶|爷爷)"
)
_TIMES = re.compile(
    r"去年|前年|明年|当年|往年|历年|前几年|同期|以前|过去|那年|那次|上次|上回|"
    r"下次|另一|另外一|别的|隔壁|邻(?:县|市|村)|其他|老家|我(?:们)?(?:这|公司|小区|学校|村|家|班|姨|表|的)|我第|我自己|实际(?:只|上)?"
)
_NUMBERS = "一二三四五六七八九"
_LEAST_WORDS = 4
_RUN_IN = frozenset("已送往到至去在的了被将于和与及从向赴进入住离经由把给让叫是有说这那某该本当各")
"""Words that run into what is no name: 已送医院, 前往车站."""
_SCHOOL = re.compile(r"[一-鿿]{2}[一二三四五六七八九]中")
_LAST_YEAR = ("去年", "前年")
_YEAR = re.compile(r"(?:19|20)\d\d年")


@dataclass(frozen=True, slots=True)
class Around:
    """
    Letters around a figure, figures left out.

    Args:
        left: the last ahead of it in its sentence, `LEFT` at most.
        right: the first behind it in its clause, `RIGHT` at most.
        sentence: of its sentence.
        at: place of the sentence.
    """

    left: str
    right: str
    sentence: str
    at: Span


@dataclass(frozen=True, slots=True)
class Named:
    """A name, its place, what the other text has instead, and both sentences."""

    said: str
    at: Span
    other: str
    line: str
    source: str


def around(text: str, figures: Sequence[Quantity]) -> list[Around]:
    """Give what stands around each figure of a text."""
    bare = list(text)
    for q in figures:
        bare[q.start : q.end] = " " * (q.end - q.start)
    rest = "".join(bare)
    lines = [m.span() for m in _SENTENCE.finditer(rest)]
    made = []
    for q in figures:
        start, end = next(((s, e) for s, e in lines if s <= q.start < e), (0, len(rest)))
        behind = _REST.match(rest, q.end, end)
        made.append(
            Around(
                letters(rest[start : q.start])[-LEFT:],
                letters(behind[0] if behind else "")[:RIGHT],
                letters(rest[start:end]),
                Span(start, end),
            )
        )
    return made


def letters(text: str) -> str:
    """Give the letters of a text without figures and marks, as clauses have them."""
    return "".join(c.letters for c in clauses(text))


def shared(one: str, other: str) -> float:
    """Give the weighed share of the shorter's characters that stand in the other, 0 to 1."""
    least = min(_weight(one), _weight(other))
    return sum(map(weight, set(one) & set(other))) / least if least else 0.0


def has_pair(one: str, other: str) -> bool:
    """Whether two runs of letters have a pair in common."""
    return any(one[i : i + 2] in other for i in range(len(one) - 1))


def shifted(line: str, source: str) -> str:
    """Give a word by which a sentence may speak of another time or matter than a source."""
    for m in _TIMES.finditer(line):
        if m[0] not in source and not (m[0] in _LAST_YEAR and _YEAR.search(source)):
            return m[0]
    return ""


def people(text: str) -> Iterator[str]:
    """Give persons by family name and what they are: 王师傅, 陈女士."""
    return (m[0] for m in _PERSON.finditer(text))


def near_names(text: str, source: str) -> Iterator[Named]:
    """
    Give places and schools that differ by one letter from one of a source: 临泽市 for 临漳市.

    The sentence must have some words in common with the source.
    """
    theirs = {short for short in _called(source) if short not in text}
    whole = letters(source)
    for m in _SENTENCE.finditer(text):
        for short in dict.fromkeys(_called(m[0])):
            other = next((t for t in theirs if short not in source and _is_near(short, t)), "")
            if other and _in_common(letters(m[0]), whole) >= _LEAST_WORDS:
                start = m.start() + m[0].index(short)
                said = next((x[0] for x in _SENTENCE.finditer(source) if other in x[0]), source)
                yield Named(short, Span(start, start + len(short)), other, m[0], said)


def _called(text: str) -> Iterator[str]:
    yield from (short for _, short in places(text) if len(short) > 2)
    yield from (m[0] for m in _SCHOOL.finditer(text))


def _in_common(one: str, other: str) -> int:
    """Count the pairs that tell something and stand in both."""
    pairs_ = {one[i : i + 2] for i in range(len(one) - 1)}
    return sum(p in other and max(map(weight, p)) == 1 for p in pairs_)


def _is_near(one: str, other: str) -> bool:
    """Whether two names of one length and ending differ in one letter, not the first."""
    if len(one) != len(other):
        return False
    differ = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    ends = PLACE.search(one) or _SCHOOL.search(one)
    if len(differ) != 1 or not ends or not 0 < differ[0] < len(one) - 1:
        return False
    return all(weight(x[differ[0]]) == 1 or x[differ[0]] in _NUMBERS for x in (one, other))


def names(text: str, source: str) -> Iterator[Named]:
    """Give places and persons of sentences that a source has almost word for word otherwise."""
    others = [m[0] for m in _SENTENCE.finditer(source)]
    plain = [letters(o) for o in others]
    for m in _SENTENCE.finditer(text):
        own = letters(m[0])
        scored = [(held(own, o) + pairs(own, o), i) for i, o in enumerate(plain) if o]
        best, i = max(scored, default=(0.0, 0))
        if best >= 2 * _SAME:
            yield from _swapped(m, source, others[i])


def _swapped(sentence: re.Match[str], source: str, other: str) -> Iterator[Named]:
    line = sentence[0]
    for pattern in (PLACE, _PERSON):
        ours, theirs = list(pattern.finditer(line)), list(pattern.finditer(other))
        for m in ours:
            short = _short(m)
            if short in source or set(short[:2]) & _RUN_IN:
                continue
            lost = [t for t in theirs if t["suffix"] == m["suffix"] and _short(t) not in line]
            if len(lost) == 1:
                at = Span(sentence.start() + m.end() - len(short), sentence.start() + m.end())
                yield Named(short, at, _short(lost[0]), line, other)


def _short(m: re.Match[str]) -> str:
    """Give a person's name, or the last two letters ahead of what a place is, and that."""
    return m[0] if m.re is _PERSON else m[0][-len(m["suffix"]) - 2 :]


def _weight(text: str) -> float:
    return sum(map(weight, set(text)))
