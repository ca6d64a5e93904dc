"""
The language of `when`: a small part of CEL, read against its grammar before CEL ever sees it.

For each detector that ran, `family.name` has `hit` (an unopposed finding), `count`, `unopposed`,
`severity` (0 info … 3 high, of the strongest) and, where it scores, `score`; `item` has `kind`,
`role`, `channel`, `audience`, `declared`. What did not run is absent, and a rule that needs it is
*unknown*, which is neither true nor false.

    either = both, { "||", both }
    both   = one, { "&&", one }
    one    = bare
           | count, ("==" | "!=" | ">" | ">=" | "<" | "<="), number      or the other way round
           | item.text, ("==" | "!="), string                            or the other way round
           | item.text, "in", "[", string, { ",", string }, "]"
    bare   = "!", bare | "(", either, ")" | "true" | "false" | item.declared | family.name.hit

All values of detectors only grow with more findings. A rule that holds must go on holding when more
is found, so `!` over a detector and every comparison but "at least" and "more than" *softens*.
Whatever is not in the grammar is refused: calls, macros, ternaries, arithmetic, comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

from qingjian.core.types import KINDS, ROLES
from qingjian.policy import holds
from qingjian.policy.holds import Holds

COUNTS = ("count", "unopposed", "severity", "score")
FACTS = ("hit", *COUNTS)
TEXTS = ("kind", "role", "channel", "audience")
ABOUT = (*TEXTS, "declared")
LONGEST = 2000
"""Most characters of an expression."""
DEEPEST = 20
"""Most parentheses and `!` within each other."""

_ITEM = ", item.".join(ABOUT)
_MOST = {"severity": 3.0, "score": 1.0}
_VALUES: Mapping[str, tuple[str, ...]] = {"kind": tuple(KINDS), "role": (*ROLES, "")}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_TOKENS = re.compile(
    r"""(?P<space>[ \t\r\n]+)|(?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)"""
    r"""|(?P<number>[0-9]{1,9}(?:\.[0-9]{1,9})?)|(?P<string>"[^"\\\x00-\x1f\x7f]*"|'[^'\\\x00-\x1f\x7f]*')"""
    r"""|(?P<operator>&&|\|\||==|!=|>=|<=|>|<|!|\(|\)|\[|\]|,)|(?P<other>.)""",
    re.S,
)


class Fact(NamedTuple):
    """A detector's value that an expression names: `text.scam` and `score`."""

    detector: str
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class When:
    """
    An expression that was read.

    Args:
        facts: every detector value it names.
        faults: why it is not in the language.
        softens: where more findings could make it false.
        idle: whether it may hold while no detector it names says anything.
        about: whether it names the item.
        holds: the question it puts to facts; None where it cannot be read.
    """

    facts: tuple[Fact, ...]
    faults: tuple[str, ...] = ()
    softens: tuple[str, ...] = ()
    idle: bool = True
    about: bool = False
    holds: Holds | None = field(default=None, compare=False, repr=False)

    @property
    def detectors(self) -> tuple[str, ...]:
        """Ids it names, each once."""
        return tuple(dict.fromkeys(f.detector for f in self.facts))


def read(when: str) -> When:
    """Give what an expression says, or why it cannot be read."""
    reader = _Reader(when)
    try:
        part = reader.whole()
    except _Unreadable as fault:
        return When(tuple(reader.facts), (str(fault),))
    told = (tuple(reader.facts), tuple(reader.faults), tuple(reader.softens))
    return When(*told, part.idle, reader.about, None if reader.faults else part.holds)


def problems(when: When, known: Mapping[str, bool]) -> list[str]:
    """
    Give what is wrong with an expression before it runs.

    Args:
        when: the expression.
        known: ids of detectors, and whether each scores.
    """
    wrong = list(when.faults)
    for fact in when.facts:
        if fact.detector not in known:
            wrong.append(f"column {fact.at}: no detector {fact.detector!r}")
        elif fact.name == "score" and not known[fact.detector]:
            wrong.append(f"column {fact.at}: {fact.detector} states facts and has no score")
    return wrong


def monotone(when: str) -> list[str]:
    """Give every place where more findings could make an expression false, or why none is told."""
    said = read(when)
    return [*said.faults, *said.softens]


class _Unreadable(Exception):
    """The expression leaves the grammar; the text says where."""


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


class _Part(NamedTuple):
    """A part's question, whether it names a detector, and whether it may hold without one."""

    holds: Holds
    finds: bool = False
    idle: bool = True


def _tokens(when: str) -> Iterable[_Token]:
    for match in _TOKENS.finditer(when):
        if match.lastgroup != "space":
            yield _Token(match.lastgroup or "other", match[0], match.start() + 1)
    yield _Token("end", "", len(when) + 1)


class _Reader:
    """One expression, read from left to right."""

    def __init__(self, when: str) -> None:
        self.facts: list[Fact] = []
        self.faults: list[str] = []
        self.softens: list[str] = []
        self.about = False
        self._words = list(_tokens(when[: LONGEST + 1]))
        self._long = len(when) > LONGEST
        self._next = 0
        self._depth = 0

    def whole(self) -> _Part:
        """Read it to its end."""
        if self._long:
            raise _Unreadable(f"column {LONGEST + 1}: longer than {LONGEST} characters")
        part = self._either()
        end = self._take()
        if end.kind != "end":
            _refuse(end, "`&&`, `||` or the end")
        return part

    def _take(self) -> _Token:
        word = self._words[self._next]
        self._next += word.kind != "end"
        return word

    def _took(self, text: str) -> bool:
        word = self._words[self._next]
        same = word.kind in ("operator", "word") and word.text == text
        self._next += same
        return same

    def _either(self) -> _Part:
        parts = [self._both()]
        while self._took("||"):
            parts.append(self._both())
        asked = holds.either([p.holds for p in parts])
        return _Part(asked, any(p.finds for p in parts), any(p.idle for p in parts))

    def _both(self) -> _Part:
        parts = [self._one()]
        while self._took("&&"):
            parts.append(self._one())
        asked = holds.both([p.holds for p in parts])
        return _Part(asked, any(p.finds for p in parts), all(p.idle for p in parts))

    def _one(self, bare: bool = False) -> _Part:
        at = self._words[self._next].at
        negated = self._took("!")
        if not negated and not self._took("("):
            return self._term(bare)
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Unreadable(f"column {at}: deeper than {DEEPEST} levels")
        part = self._one(bare=True) if negated else self._either()
        self._depth -= 1
        if negated:
            if part.finds:
                self.softens.append(f"column {at}: `!` over a detector turns softer with findings")
            return _Part(holds.negated(part.holds), part.finds)
        closing = self._take()
        if closing.text != ")":
            _refuse(closing, "`&&`, `||` or `)`")
        return part

    def _term(self, bare: bool) -> _Part:
        left = self._take()
        if left.text in ("true", "false"):
            return _Part(holds.always(left.text == "true"))
        if left.text == "item.declared":
            self.about = True
            return _Part(holds.declared())
        if left.kind == "word" and left.text.endswith(".hit"):
            return self._found(left)
        if bare:
            _refuse(left, "`(` after `!`, around what is compared")
        if left.kind not in ("word", "number", "string"):
            _refuse(left, "family.name.hit, item.role == 'user' or the like")
        if left.kind == "word" and not left.text.startswith("item.") and not _counts(left.text):
            _refuse(left, f"family.name. and one of {', '.join(FACTS)}; or item.{_ITEM}")
        operator = self._take()
        if operator.text == "in":
            return self._listed(left)
        if operator.kind != "operator" or operator.text not in _FLIPPED:
            _refuse(operator, f"one of {' '.join(_FLIPPED)}")
        right = self._take()
        if left.kind == "word":
            return self._compared(left, operator.text, right)
        return self._compared(right, _FLIPPED[operator.text], left)

    def _listed(self, value: _Token) -> _Part:
        """Read the rest of `item.text in ["a", "b"]`."""
        if not value.text.startswith("item."):
            _refuse(value, f"item.{_ITEM} before `in`")
        opening = self._take()
        if opening.text != "[":
            _refuse(opening, "`[`")
        texts = []
        while True:
            text = self._take()
            self._compared(value, "==", text)
            texts.append(text.text[1:-1])
            after = self._take()
            if after.text == "]":
                name = value.text.removeprefix("item.")
                return _Part(holds.among(name, frozenset(texts)))
            if after.text != ",":
                _refuse(after, "`,` or `]`")

    def _compared(self, value: _Token, operator: str, constant: _Token) -> _Part:
        if value.kind != "word":
            _refuse(value, "a value of a detector or of the item")
        if not value.text.startswith("item."):
            return self._counted(value, operator, constant)
        name = value.text.removeprefix("item.")
        if name not in TEXTS:
            _refuse(value, f"item.{_ITEM}")
        if constant.kind != "string" or operator not in ("==", "!="):
            _refuse(constant, f"item.{name} == 'text'")
        said = constant.text[1:-1]
        if said not in _VALUES.get(name, (said,)):
            listed = ", ".join(v for v in _VALUES[name] if v)
            self.faults.append(f"column {constant.at}: item.{name} is one of {listed}")
        self.about = True
        return _Part(holds.among(name, (said,), operator == "=="))

    def _found(self, word: _Token) -> _Part:
        detector, _, name = word.text.rpartition(".")
        if detector.count(".") != 1 or detector.startswith("item."):
            _refuse(word, "family.name.hit")
        self.facts.append(Fact(detector, name, word.at))
        return _Part(holds.hit(detector), finds=True, idle=False)

    def _counted(self, value: _Token, operator: str, constant: _Token) -> _Part:
        name = value.text.rpartition(".")[2]
        if not _counts(value.text):
            _refuse(value, f"family.name. and one of {', '.join(COUNTS)}")
        self._found(value)
        if constant.kind != "number":
            _refuse(constant, "a number")
        number = float(constant.text)
        if number > _MOST.get(name, number):
            self.faults.append(f"column {constant.at}: {name} is never above {_MOST[name]:g}")
        if operator not in (">", ">="):
            self.softens.append(
                f"column {value.at}: {value.text} {operator} {constant.text} turns softer with "
                "findings; only > and >= do not"
            )
        asked = holds.compared(value.text.rpartition(".")[0], name, operator, number)
        return _Part(asked, True, operator != ">" and (operator != ">=" or number == 0))


def _counts(text: str) -> bool:
    return text.rpartition(".")[2] in COUNTS


def _refuse(word: _Token, wanted: str) -> NoReturn:
    if word.kind == "end":
        said = "it ends too early"
    elif word.kind == "other":
        said = f"{word.text!r} is not part of the language"
    else:
        said = f"{word.text!r} cannot stand here"
    raise _Unreadable(f"column {word.at}: {said}; wanted {wanted}")
