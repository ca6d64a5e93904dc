"""
Detectors `list.NAME`: an operator's own word lists, each a TOML file with where it came from.

A finding says that a term of the list stands in the text, and no more. Nobody measured it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from qingjian.core.card import Card
from qingjian.core.errors import ConfigError
from qingjian.core.obligations import HOUSE_RULE, obligations
from qingjian.core.registry import Detector
from qingjian.core.types import Finding, Scan, Text
from qingjian.detectors.instruments.fold import folded
from qingjian.detectors.instruments.lexicon import Lexicon
from qingjian.detectors.instruments.pack import Pack, Rule, Term

_WINDOW = 1_000
_SLOT = "listed"


@dataclass(frozen=True, slots=True)
class WordList:
    """
    A list and where it came from.

    Args:
        name: its detector is `list.NAME`.
        author: who answers for it.
        version: the day it was taken in.
        row: the row of the notice it serves, or house_rule.
        file, sha256, form: what it was made of.
        benign_texts, benign_found: how many harmless texts it was held against, and found in.
        terms: the words.
    """

    name: str
    author: str
    version: str
    row: str
    file: str
    sha256: str
    form: str
    benign_texts: int
    benign_found: int
    terms: tuple[str, ...]

    @property
    def told(self) -> str:
        """What to know before a rule rests on it, in one line."""
        return (
            f"{len(self.terms)} terms, taken in on {self.version} by {self.author} from "
            f"{self.file} (sha256 {self.sha256[:12]}); found something in {self.benign_found} of "
            f"{self.benign_texts} harmless texts"
        )

    def pack(self) -> Pack:
        """Give it as a pack of one slot."""
        rule = Rule(_SLOT, (_SLOT,), _WINDOW, f"a term of the list {self.name} stands in the text")
        terms = tuple(Term(one, _SLOT) for one in self.terms)
        day = self.version
        return Pack(f"list.{self.name}", self.author, day, day, (rule,), terms, (), (), ())

    def written(self) -> str:
        """Give it as TOML."""
        fields = asdict(self)
        terms = "".join(f"  {_quoted(one)},\n" for one in fields.pop("terms"))
        head = "".join(
            f"{key} = {value if isinstance(value, int) else _quoted(value)}\n"
            for key, value in fields.items()
        )
        return f"{head}terms = [\n{terms}]\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_list(text: str, where: str) -> WordList:
    """Give the list of a TOML text. Raises ConfigError with the key that is wrong."""
    try:
        raw: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: {error}", "a list is TOML") from None
    types = WordList.__annotations__
    wrong = next((key for key in (*raw, *types) if (key in raw) != (key in types)), None)
    if wrong is not None:
        raise ConfigError(f"{where}: {wrong} is {'unknown' if wrong in raw else 'missing'}", _HINT)
    for key, value in raw.items():
        kind = list if key == "terms" else int if key.startswith("benign") else str
        if type(value) is not kind:
            raise ConfigError(f"{where}: {key} is no {kind.__name__}", _HINT)
    terms: list[Any] = raw["terms"]
    if not terms or not all(isinstance(one, str) and folded(one) for one in terms):
        raise ConfigError(f"{where}: terms holds nothing, or what is no word", _HINT)
    listed = WordList(**{**raw, "terms": tuple(terms)})
    check_row(listed.row)
    try:
        date.fromisoformat(listed.version)
    except ValueError:
        raise ConfigError(f"{where}: version is no date", _HINT) from None
    return listed


_HINT = "`qingjian lexicon import` writes such files"


def check_row(row: str) -> None:
    """Raises ConfigError for what is neither a row of the notice nor house_rule."""
    if row != HOUSE_RULE and row not in obligations():
        raise ConfigError(f"no row {row!r}", f"`qingjian coverage` lists them, or {HOUSE_RULE}")


def list_detectors(folder: str) -> dict[str, Detector[Any]]:
    """Give the detectors of all lists in a folder, none where none is named. Raises ConfigError."""
    if not folder:
        return {}
    if not Path(folder).is_dir():
        raise ConfigError(f"lists: no folder {folder}", "it holds files named NAME.toml")
    made = {}
    for path in sorted(Path(folder).glob("*.toml")):
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: {error}", "a list is TOML in UTF-8") from None
        one = list_detector(read_list(text, str(path)))
        if one.card.id in made:
            raise ConfigError(f"{path}: {one.card.id} stands twice", "choose another name")
        made[one.card.id] = one
    return made


def list_detector(listed: WordList) -> Detector[Any]:
    """Give the detector of a list."""
    card = Card(
        id=f"list.{listed.name}",
        reads=Text,
        serves=(listed.row,),
        severity="low",
        finds=f"a term of the operator's list {listed.name}",
        limits=("knows words alone, never what is meant by them", listed.told),
        source=f"the operator's own list, by {listed.author}",
        version=f"{listed.version}.{listed.sha256[:8]}",
    )

    def build() -> Scan[Text]:
        lexicon = Lexicon(listed.pack())

        def scan(item: Text) -> Iterator[Finding]:
            yield from lexicon.findings(item.body)

        return scan

    return Detector(card, build)
