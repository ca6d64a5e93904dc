"""
Numbers of official papers in a text, and how they break the rules for such numbers.

A paper's number is the issuer's sign, the year in full and a running number without 第 and without
leading zeros: 云政发〔2026〕5号. Which brackets are typed tells nothing, since keyboards lack 〔〕.

Source: GB/T 9704-2012, 7.2.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qingjian.core.known import Known

_NUMBER = re.compile(
    r"(?P<issuer>[一-鿿]{1,8}?(?:发|函|办|字|令|通|规|告|批|电|复|议|法|厅|委|局))\s?"
    r"[〔\[［(（【]\s?(?P<year>(?:19|20)?\d\d)\s?[〕\]］)）】]\s?(?P<ordinal>第)?\s?(?P<run>\d{1,5})\s?号"
)
_PLAIN = re.compile(r"[\W_第]+")


@dataclass(frozen=True, slots=True)
class PaperNumber:
    """
    A paper's number as written.

    Args:
        said: the number.
        year: in full, 0 where it is cut short.
        signs: rules it breaks, in words.
    """

    said: str
    year: int
    signs: tuple[str, ...]

    @property
    def key(self) -> str:
        """Give it without marks and 第, for comparing."""
        return _PLAIN.sub("", self.said)


def paper_numbers(text: str, this_year: int) -> Iterator[PaperNumber]:
    """
    Give the numbers of papers in a text.

    Args:
        text: as given.
        this_year: in which the text was published; a paper of a later year cannot be quoted.
    """
    for m in _NUMBER.finditer(text):
        year = int(m["year"]) if len(m["year"]) == 4 else 0
        yield PaperNumber(m[0], year, tuple(_signs(m, year, this_year)))


def _signs(m: re.Match[str], year: int, this_year: int) -> Iterator[str]:
    if m["ordinal"]:
        yield f"{m[0]}: a number has no 第"
    if m["run"].startswith("0"):
        yield f"{m[0]}: a number has no leading zero"
    if not year:
        yield f"{m[0]}: the year is cut short"
    if year > this_year:
        yield f"{m[0]}: the year is still to come"


def holders(number: PaperNumber, known: Iterator[Known]) -> Iterator[Known]:
    """Give the sources that carry a number in title or text."""
    return (
        k
        for k in known
        if k.kind == "source" and number.key in _PLAIN.sub("", f"{k.title}\n{k.text}")
    )
