"""
Check the watched posts of an incident against its bulletins, again with each bulletin.

The step is always a note with both quotations, and a person may review. While nothing that is
pinned speaks of a post the note says that no authoritative source does yet, never that it is false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from qingjian.archive.incident import Basis
from qingjian.archive.incidents import LOT, Incidents
from qingjian.archive.topic import speaks_of
from qingjian.archive.watched import Post, Quoted, Verdict, Word
from qingjian.core.types import About, Finding, Note, Scanned, Span, Text
from qingjian.detectors.instruments.fold import fold

CHECKS = (
    "text.debunked_claim",
    "text.contradicted_figure",
    "text.misquoted_document",
    "text.recycled_event",
)
"""The strongest first: where several find something, the first one's verdict counts."""
ALL_CHECKS = (*CHECKS, "text.ai_cited_as_fact")
"""With the one that asks no record, and so tells nothing of an incident."""
MOST_QUOTED = 5
_LONGEST = 500
_WORDS: tuple[Word, ...] = get_args(Word)


@dataclass(frozen=True, slots=True)
class Changed:
    """A post whose verdict changed, and the verdict before; None where there was none."""

    post: Post
    before: Verdict | None
    now: Verdict


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What came of a lot of posts: how many were looked at, what changed, what failed and why."""

    posts: int
    changed: tuple[Changed, ...] = ()
    failed: tuple[Note, ...] = ()


def recheck(
    incidents: Incidents,
    id: str,
    scan: Callable[[Text], Scanned],
    who: str = "itself",
    *,
    every: bool = False,
) -> Iterator[Rechecked]:
    """
    Check the posts not yet checked against what is pinned now, and give what came of each lot.

    Args:
        incidents: the rooms.
        id: of the room.
        scan: the detectors of `CHECKS`.
        who: whom the log names.
        every: check all posts, also where nothing pinned has changed.

    A post that cannot be checked keeps its verdict and does not stop the rest. Raises NotFound,
    UsageError when the room is closed. Cost: about 0.5 ms a post and bulletin.
    """
    incidents.writable(id)
    basis, about = incidents.basis(id), fold(incidents.show(id).about).text
    told = [fold(f"{k.title} {k.text} {k.quote}").text for k in basis.known if k.kind != "event"]
    start = until = 0 if every else incidents.unchecked(id, basis)
    whole = True
    while lot := incidents.posts(id, until, LOT):
        verdicts: dict[str, Verdict] = {}
        failed: list[Note] = []
        for _, post, _ in lot:
            item = _item(post, basis)
            seen = _looked(scan, item)
            if isinstance(seen, Scanned):
                verdicts[post.hash] = judged(post, about, told, seen)
            else:
                failed.append(Note(item.id, seen))
        before = incidents.checked(id, verdicts, basis, who)
        if before is None:
            return
        posts = {one.post.hash: one.post for one in lot}
        changed = tuple(Changed(posts[h], v, verdicts[h]) for h, v in before.items())
        yield Rechecked(len(lot), changed, tuple(failed))
        until, whole = lot[-1].seq, whole and not failed
    if until > start and whole:
        incidents.covered(id, basis, until, who)


def judged(post: Post, about: str, bulletins: Sequence[str], scanned: Scanned) -> Verdict:
    """
    Give the verdict on a post whose checks ran.

    Args:
        post: what was checked.
        about: what its incident is about, folded.
        bulletins: the words of those in use, folded.
        scanned: what the checks saw of it.
    """
    missed = [f"{n.what}: {n.reason}" for n in scanned.abstained]
    missed += [post.cut] if post.cut else []
    ours = [f for f in scanned.findings if f.detector in CHECKS]
    findings = sorted(ours, key=lambda f: CHECKS.index(f.detector))
    hits = [f for f in findings if not f.opposed]
    hits = hits or [f for f in findings if f.evidence.get("verdict") == "disputed"]
    word = next((w for w in _WORDS for f in hits[:1] if f.evidence.get("verdict") == w), None)
    if word is None:
        text = fold(post.text).text
        spoken = bool(findings) or any(speaks_of(about, text, told) for told in bulletins)
        word = "not_enough_info" if spoken else "no_authoritative_source"
    quoted = tuple(_quoted(f, post.text) for f in (hits or findings)[:MOST_QUOTED])
    return Verdict(word, quoted, tuple(missed))


def _looked(scan: Callable[[Text], Scanned], item: Text) -> Scanned | str:
    """Give what the checks saw of a post, or why one of them could not be made."""
    try:
        seen = scan(item)
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    broken = [n.reason for n in seen.errors if n.what in CHECKS]
    return broken[0] if broken else seen


def _item(post: Post, basis: Basis) -> Text:
    name = post.id or post.hash[:12]
    return Text(id=name, about=About(at=post.at), body=post.text, known=basis.known)


def _quoted(f: Finding, body: str) -> Quoted:
    """Give both quotations of a finding, each in a few hundred characters."""
    at = f.at if isinstance(f.at, Span) else Span(0, len(body))
    said = str(f.evidence.get("said") or body[at.start : at.end])
    source = str(f.evidence.get("debunk") or f.evidence.get("source") or "")
    cited, record = str(f.evidence.get("cited", "")), str(f.evidence.get("record", ""))
    return Quoted(f.detector, f.why, _short(said), _short(source), cited, record, f.against)


def _short(text: str) -> str:
    line = re.sub(r"\s+", " ", text).strip()
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"
