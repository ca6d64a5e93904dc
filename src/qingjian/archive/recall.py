"""
What the archive knows that may bear on a text: the nearest records of each kind.

A long text is asked about part by part, so that a claim in its last sentence is found too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic

from qingjian.archive.index import Index
from qingjian.archive.records import Records
from qingjian.core.address import without_password
from qingjian.core.clock import now
from qingjian.core.hashing import sha256
from qingjian.core.known import KINDS, Known
from qingjian.core.types import Text
from qingjian.store.engine import open_store
from qingjian.store.sqlite import file_of

EACH = 5
STALE_S = 1.0
"""So long the index is asked before the database is looked at again."""
MOST_PARTS = 12
PART = 160
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?\n]*")


class Recall:
    """
    Asks an archive about texts; opened in each process when it is first asked.

    Args:
        url: the database.
        folder: where its index lies.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder
        self._index: Index | None = None
        self._looked = 0.0

    def __call__(self, item: Text) -> tuple[Known, ...]:
        """Give the nearest records of each kind, each once. Raises ConfigError, MissingExtra."""
        index = self._fresh()
        if index.empty:
            return ()
        at = item.about.at
        try:
            on = datetime.fromtimestamp(now() if at is None else at, UTC).date()
        except (OverflowError, ValueError, OSError):
            on = date.today()  # noqa: DTZ011  the item's own time is no time
        found: dict[str, Known] = {}
        for part in parts(item.body):
            for kind in KINDS:
                for hit in index.nearest(part, EACH, kind, on):
                    found.setdefault(hit.known.id, hit.known)
        return tuple(found.values())

    def _fresh(self) -> Index:
        """Give the index as the records were a second ago at most."""
        if self._index is None:
            self._index = Index(self._folder, Records(open_store(self._url)))
        elif monotonic() - self._looked < STALE_S:
            return self._index
        self._index.refresh()
        self._looked = monotonic()
        return self._index


def parts(text: str) -> Iterator[str]:
    """Give whole sentences in runs of about `PART` letters; of a long text the first ones."""
    part, count = "", 0
    for m in _SENTENCE.finditer(text):
        if part and len(part) + len(m[0]) > PART:
            yield part
            part, count = "", count + 1
            if count == MOST_PARTS:
                return
        part += m[0][: 4 * PART]
    if part.strip():
        yield part


def index_folder(url: str) -> Path:
    """
    Give the folder of a database's index.

    It lies beside a file; for a server it lies in the user's cache, under a hash of the address.
    """
    if path := file_of(url):
        return Path(f"{path}.index")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "qingjian" / f"{sha256(without_password(url).encode())[:16]}.index"
