"""
The search index over approved records: derived, and made again from the rows when it is gone.

It lies in a folder beside the database, holds whole records, and is brought up to the newest
version before it is searched; one process at a time writes it. Terms are pairs of letters, so it
needs no dictionary; queries are terms and never parsed.

Source: BM25, as tantivy has it.
"""

from __future__ import annotations

import fcntl
import json
import math
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from qingjian.archive.entry import known_of
from qingjian.archive.rank import grams, order, plain
from qingjian.archive.records import Records
from qingjian.core.errors import MissingExtra
from qingjian.core.known import Known

FORMAT = 1
CANDIDATES = 200
MOST_TERMS = 400
_HEAP_BYTES = 64_000_000


class Hit(NamedTuple):
    """A record, how close it is to the query, 0 to 8, and its row."""

    known: Known
    closeness: float
    row: Mapping[str, str]


class Index:
    """
    Search over a folder.

    Args:
        folder: where the index lies; made when it is not there.
        records: what it is made of.

    Raises MissingExtra where tantivy is not installed.
    """

    def __init__(self, folder: Path, records: Records) -> None:
        self._folder, self._records = folder, records
        self._tantivy = _tantivy()
        self._opened: tuple[Any, int] | None = None

    def refresh(self) -> int:
        """
        Bring the index up to the newest version and give its number.

        Cost: about 0.1 ms a record.
        """
        newest = self._records.newest()
        if self._opened and self._opened[1] == newest:
            return newest
        with self._lock():
            index, seq = self._open()
            if seq > newest:
                index, seq = self._made_anew()
            while lot := self._records.after(seq):
                writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
                for held in lot:
                    writer.delete_documents_by_term("id", held.id)
                    if held.state == "approved":
                        writer.add_document(self._document(held.row))
                writer.commit()
                writer.wait_merging_threads()
                seq = lot[-1].seq
                (self._folder / "seq").write_text(f"{FORMAT} {seq}", "ascii")
        index.reload()
        self._opened = (index, seq)
        self._rarity.cache_clear()
        return seq

    @property
    def empty(self) -> bool:
        """Whether there is no record, as of the last time it was brought up to date."""
        return self._opened is not None and not self._opened[0].searcher().num_docs

    def search(
        self, text: str, most: int = 10, kind: str = "", on: date | None = None
    ) -> list[Hit]:
        """
        Bring the index up to date and give the records closest to a text, closest first.

        Args:
            text: the query; of a long one the first pairs of letters count.
            most: how many.
            kind: claim, source or event; empty for all.
            on: records that expired before this day are left out.
        """
        self.refresh()
        return self.nearest(text, most, kind, on)

    def nearest(
        self, text: str, most: int = 10, kind: str = "", on: date | None = None
    ) -> list[Hit]:
        """Give the same of the records that are in the index already; it was brought up to date."""
        assert self._opened  # by refresh
        index, query = self._opened[0], plain(text)
        terms = grams(query, 2)[:MOST_TERMS]
        if not terms:
            return []
        t = self._tantivy
        chosen = [
            (t.Occur.Should, t.Query.term_query(index.schema, "pairs", term, "freq"))
            for term in terms
        ]
        asked = t.Query.boolean_query(chosen)
        if kind:
            only = t.Query.term_query(index.schema, "kind", kind, "basic")
            asked = t.Query.boolean_query([(t.Occur.Must, only), (t.Occur.Must, asked)])
        searcher = index.searcher()
        hits = searcher.search(asked, max(CANDIDATES, most)).hits
        if not hits:
            return []
        rows = [(score, json.loads(bytes(searcher.doc(at)["row"][0]))) for score, at in hits]
        today = on.isoformat() if on else ""
        rows = [
            (s, r) for s, r in rows if not (today and r["expires_at"] and r["expires_at"] < today)
        ]
        letters = [(score, plain(f"{row['title']} {row['text']}")) for score, row in rows]
        ranked = order(query[: MOST_TERMS + 1], letters, self._rarity)
        return [Hit(known_of(rows[i][1]), told, rows[i][1]) for told, i in ranked[:most]]

    @lru_cache(maxsize=100_000)  # noqa: B019  an index lives as long as its process
    def _rarity(self, pair: str) -> float:
        """Give the logarithm of how many records there are for one that has the pair."""
        assert self._opened
        searcher = self._opened[0].searcher()
        with_ = searcher.doc_freq("pairs", pair)
        return math.log(1 + (searcher.num_docs - with_ + 0.5) / (with_ + 0.5))

    def _document(self, row: Mapping[str, str]) -> Any:
        document = self._tantivy.Document()
        document.add_text("id", row["id"])
        document.add_text("kind", row["kind"])
        letters = plain(f"{row['title']} {row['text']}")
        document.add_text("pairs", " ".join(letters[i : i + 2] for i in range(len(letters) - 1)))
        document.add_bytes("row", json.dumps(dict(row), ensure_ascii=False).encode())
        return document

    def _open(self) -> tuple[Any, int]:
        """Give the index and the number of the version it is at; a damaged one is made anew."""
        try:
            form, seq = (self._folder / "seq").read_text("ascii").split()
            if int(form) != FORMAT:
                return self._made_anew()
            return self._tantivy.Index.open(str(self._folder / "terms")), int(seq)
        except (OSError, ValueError):
            return self._made_anew()

    def _made_anew(self) -> tuple[Any, int]:
        terms = self._folder / "terms"
        shutil.rmtree(terms, ignore_errors=True)
        terms.mkdir(parents=True)
        build = self._tantivy.SchemaBuilder()
        for name in ("id", "kind"):
            build.add_text_field(name, stored=False, tokenizer_name="raw", index_option="basic")
        build.add_text_field(
            "pairs", stored=False, tokenizer_name="whitespace", index_option="freq"
        )
        build.add_bytes_field("row", stored=True)
        return self._tantivy.Index(build.build(), str(terms)), 0

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _tantivy() -> Any:
    try:
        import tantivy
    except ImportError:
        raise MissingExtra(
            "searching the archive needs tantivy", "pip install 'qingjian[archive]'"
        ) from None
    return tantivy
