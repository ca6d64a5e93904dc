"""
What policies are tested with: made-up detectors, expressions fit and unfit, and what was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hypothesis import strategies as st

from qingjian.core.types import SEVERITIES, About, Finding, Note, Ran, Scanned, Severity, Text

KNOWN: Mapping[str, bool] = {
    "text.scam": True,
    "text.dose": False,
    "image.badge": False,
    "image.copy": True,
}
"""Made-up detectors, and whether each scores."""

_NUMBERS = st.sampled_from(["0", "1", "2", "3", "0.5", "1.0"])
_COUNTED = st.sampled_from(
    [f"{id}.{name}" for id in KNOWN for name in ("count", "unopposed", "severity")]
    + [f"{id}.score" for id, scores in KNOWN.items() if scores]
)
_AT_LEAST = st.tuples(_COUNTED, _NUMBERS, st.booleans()).filter(
    lambda made: "score" not in made[0] or float(made[1]) <= 1
)
_HITS = st.sampled_from([f"{id}.hit" for id in KNOWN])
_ITEM = st.sampled_from(
    [
        "item.declared",
        "!item.declared",
        "item.role == 'user'",
        "item.role != 'user'",
        "'assistant' == item.role",
        "item.kind in ['text', 'image']",
        'item.channel in ["群聊"]',
        "!(item.audience == 'minors')",
        "true",
        "false",
    ]
)
_FIT = st.one_of(
    _HITS,
    _ITEM,
    _AT_LEAST.map(lambda made: f"{made[0]} {'>=' if made[2] else '>'} {made[1]}"),
    _AT_LEAST.map(lambda made: f"{made[1]} {'<=' if made[2] else '<'} {made[0]}"),
)
_SOFT = st.builds(
    "{} {} {}".format, _COUNTED, st.sampled_from(["==", "!=", "<", "<=", "in", "-"]), _NUMBERS
)


def _joined(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds("({} {} {})".format, part, st.sampled_from(["&&", "||"]), part)


def _twisted(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Give every shape that could turn findings round, and some that cannot."""
    return st.one_of(
        _joined(part),
        st.builds("{} {} {}".format, part, st.sampled_from(["&&", "||", "==", "!="]), part),
        st.builds("{} ? {} : {}".format, part, part, part),
        part.map("!{}".format),
        part.map("!({})".format),
        part.map("({}) == false".format),
        part.map("false == ({})".format),
        part.map("{} in [false]".format),
        part.map("[{}].all(x, !x)".format),
        part.map("[{}].exists(x, x == false)".format),
        part.map("size([{}].filter(x, x)) == 0".format),
        part.map("has({})".format),
        part.map("{{'a': {}}}.a".format),
        part.map("{} // or not".format),
        part.map("string({}) == 'false'".format),
    )


fit = st.recursive(_FIT, _joined, max_leaves=6)
"""Expressions that never soften."""

wild = st.recursive(st.one_of(_FIT, _SOFT), _twisted, max_leaves=5)
"""Expressions of much of CEL; most may soften, and most are refused."""

_SIGNS = ["!", "(", ")", "[", "]", "&&", "||", "==", "!=", ">", "<", ">=", "<=", ",", "-", "?", ":"]
soup = st.lists(
    st.one_of(
        _HITS, _COUNTED, _NUMBERS, st.sampled_from([*_SIGNS, "in", ".", "true", "item.role", "'a'"])
    ),
    max_size=7,
).map(" ".join)
"""Words in any order; a few of them are expressions."""

findings = st.lists(
    st.builds(
        lambda id, severity, against: Finding(
            "found", detector=id, severity=severity, against=("but",) if against else ()
        ),
        st.sampled_from(list(KNOWN)),
        st.sampled_from(SEVERITIES),
        st.booleans(),
    ),
    max_size=5,
)
abouts = st.builds(
    About,
    role=st.sampled_from([None, "user", "assistant"]),
    channel=st.sampled_from([None, "群聊"]),
    declared=st.sampled_from([None, True, False]),
    audience=st.sampled_from([None, "minors"]),
)
ids = st.frozensets(st.sampled_from(list(KNOWN)))


def found(id: str, severity: Severity = "high", *against: str) -> Finding:
    """Give a finding of a detector."""
    return Finding("found", detector=id, severity=severity, against=against)


def seen(
    found: Iterable[Finding] = (),
    ran: Iterable[str] = KNOWN,
    scores: Mapping[str, float] | None = None,
    about: About | None = None,
    abstained: Sequence[str] = (),
    errors: Sequence[str] = (),
) -> Scanned:
    """Give what a run saw of a text; findings and scores of what did not run are left out."""
    ran = tuple(ran)
    return Scanned(
        Text(about=about or About(), body="文字"),
        tuple(f for f in found if f.detector in ran),
        {k: v for k, v in (scores or {}).items() if k in ran and KNOWN[k]},
        abstained=tuple(Note(a, "abstained") for a in abstained),
        errors=tuple(Note(e, "failed") for e in errors),
        ran=tuple(Ran(r, "1") for r in ran),
    )
