"""
Members of a cluster: whom a finding about many names, each with evidence of its own.

A finding about a cluster is taken apart when it comes in: what is kept of one member's evidence
names no other. What is ruled is severable too, one case a member.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from qingjian.cases.subject import LONGEST_ID, Subject
from qingjian.core.errors import BadRow, UsageError
from qingjian.core.hashing import sha256

MOST = 1_000
MOST_BYTES = 64_000
"""Of the evidence against one member."""
OTHER = "[another member]"
"""What stands in the evidence against one member in place of the name of another."""
_LEAST = 3
"""Names of fewer characters are not looked for in words that people write."""
_Mask = Callable[[str, frozenset[str]], str]


@dataclass(frozen=True, slots=True)
class Member:
    """
    One of a cluster.

    Args:
        kind, id, owner: as in `Subject`.
        evidence: SHA-256 of the evidence against it.
    """

    kind: str
    id: str
    owner: str
    evidence: str

    @property
    def subject(self) -> Subject:
        """Whom its own case is about."""
        return Subject(self.kind, self.id, self.owner)

    @property
    def names(self) -> frozenset[str]:
        """What it is called: its own id and that of its owner, folded."""
        return frozenset(name.casefold() for name in (self.id, self.owner) if name)


def members(listed: Any) -> tuple[tuple[Member, ...], dict[str, bytes]]:
    """
    Give the members of a list of `{subject: {kind, id, owner}, evidence: {...}}`, and evidence.

    Evidence comes as JSON by its SHA-256. Where it names another member, by id or owner, `OTHER`
    stands instead; a name within a longer word of Latin letters is not seen.

    Raises BadRow, with the number of the member that is wrong.
    """
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST:
        raise BadRow(f"members are a list of 1 to {MOST:,}")
    bare = [_one(one, number) for number, one in enumerate(listed, 1)]
    if len({(m.kind, m.id) for m, _ in bare}) < len(bare):
        raise BadRow("a member stands in the list more than once")
    names = frozenset[str]().union(*(m.names for m, _ in bare))
    spelled = {name for m, _ in bare for name in (m.id, m.owner) if name}
    mask = _masking(spelled) if len(bare) > 1 else None
    made, bodies = [], {}
    for one, evidence in bare:
        told = _masked(evidence, one.names, names, mask) if mask else evidence
        body = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
        bodies[sha256(body)] = body
        made.append(replace(one, evidence=sha256(body)))
    return tuple(made), bodies


def listed_in(item: Mapping[str, Any]) -> bool:
    """Tell whether an item lists members: one of its `members` has a subject and evidence."""
    listed = item.get("members")
    return isinstance(listed, list) and any(
        isinstance(one, Mapping) and {"subject", "evidence"} <= set(one) for one in listed
    )


def together(found: Iterable[Member]) -> dict[tuple[str, str], tuple[Member, ...]]:
    """Give what findings say of each member, by kind and id, each evidence once."""
    made: dict[tuple[str, str], tuple[Member, ...]] = {}
    for one in found:
        had = made.get((one.kind, one.id), ())
        if one.evidence not in {m.evidence for m in had}:
            made[one.kind, one.id] = (*had, one)
    return made


def unnamed(words: Iterable[str], of: Collection[Member]) -> None:
    """
    Refuse words for all members that name one of them.

    Raises UsageError. Names of one or two characters are not looked for.
    """
    names = {n for m in of for n in (m.id, m.owner) if len(n) >= _LEAST}
    if not names:
        return
    whole = _whole(names)
    for text in words:
        if whole.search(text):
            hint = "each owner reads them, and learns of nobody else"
            raise UsageError("the words name a member of the cluster", hint)


def _one(value: Any, number: int) -> tuple[Member, Mapping[str, Any]]:
    """Give a member without the hash of its evidence, and that evidence. Raises BadRow."""
    where = f"member {number}"
    if not isinstance(value, Mapping) or set(value) != {"subject", "evidence"}:
        raise BadRow(f"{where} is not made of subject and evidence")
    named, evidence = value["subject"], value["evidence"]
    if not isinstance(named, Mapping) or not set(named) <= {"kind", "id", "owner"}:
        raise BadRow(f"{where}: a subject has kind, id and owner")
    kind, id = named.get("kind", "account"), named.get("id", "")
    owner = named.get("owner", id if kind == "account" else "")
    if not all(isinstance(v, str) for v in (kind, id, owner)) or kind == "cluster":
        raise BadRow(f"{where}: kind, id and owner are texts, and no cluster lies in a cluster")
    try:
        Subject(kind, id, owner)
    except UsageError as error:
        raise BadRow(f"{where}: {error.what}") from None
    if not isinstance(evidence, Mapping) or not evidence:
        raise BadRow(f"{where} has no evidence of its own")
    try:
        size = len(orjson.dumps(evidence))
    except TypeError as error:
        raise BadRow(f"{where}: its evidence is no JSON: {str(error)[:LONGEST_ID]}") from None
    if size > MOST_BYTES:
        raise BadRow(f"{where}: its evidence has {size:,} bytes, {MOST_BYTES:,} are read")
    return Member(kind, id, owner, ""), evidence


def _masking(names: Iterable[str]) -> _Mask:
    whole = _whole(names)

    def masking(text: str, own: frozenset[str]) -> str:
        return whole.sub(lambda m: m[0] if m[0].casefold() in own else OTHER, text)

    return masking


def _masked(value: Any, own: frozenset[str], names: frozenset[str], mask: _Mask) -> Any:
    """Give a JSON value in which only a member itself is named, at any depth."""
    if isinstance(value, str):
        return mask(value, own)
    if isinstance(value, Mapping):
        return {mask(k, own): _masked(v, own, names, mask) for k, v in value.items()}
    if isinstance(value, list):
        return [_masked(one, own, names, mask) for one in value]
    number = isinstance(value, int) and not isinstance(value, bool)
    return OTHER if number and str(value) in names - own else value


def _whole(names: Iterable[str]) -> re.Pattern[str]:
    """Give what finds any of some names as a word of its own, the longest first."""
    ordered = sorted(names, key=lambda name: (-len(name), name))
    one = "|".join(map(re.escape, ordered))
    return re.compile(rf"(?<![0-9A-Za-z_-])(?:{one})(?![0-9A-Za-z_-])", re.IGNORECASE)
