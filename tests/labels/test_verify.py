from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingjian.labels.mark import Mark
from qingjian.labels.verify import SHOW, Signature, Verdict, verdict_of

GB = {n: Mark("gb45438", n, {"ContentProducer": "p"}, place="there") for n in "123"}
C2PA = Mark("c2pa", "1", {"DigitalSourceType": "trainedAlgorithmicMedia", "state": "intact"})
CAMERA = Mark("c2pa", "", {"DigitalSourceType": "digitalCapture", "state": "intact"})
BROKEN = Mark("c2pa", "1", {**C2PA.fields, "state": "broken", "problems": "dataHash.mismatch"})
IPTC = Mark("iptc", "1", {"DigitalSourceType": "compositeWithTrainedAlgorithmicMedia"})
DRAWN = Mark("iptc", "", {"DigitalSourceType": "algorithmicMedia"})
TRACE = Mark("stable_diffusion", "", {"parameters": "Steps: 20"}, place="tEXt parameters")


def told(*marks: Mark, declared: bool = False, signature: Signature = "none") -> Verdict:
    return verdict_of(marks, [signature] * len(marks), "png", declared)


@pytest.mark.parametrize(
    ("marks", "declared", "answer"),
    [
        ([GB["1"]], False, "confirmed"),
        ([GB["2"]], False, "possible"),
        ([GB["3"]], False, "suspected"),
        ([GB["3"], C2PA], False, "suspected"),
        ([C2PA], False, "confirmed"),
        ([IPTC], True, "confirmed"),
        ([], True, "possible"),
        ([TRACE], True, "possible"),
        ([TRACE], False, "suspected"),
        ([], False, "unmarked"),
        ([CAMERA], False, "unmarked"),
        ([DRAWN], False, "unmarked"),
        ([GB["1"], GB["1"]], False, "confirmed"),
        ([GB["1"], GB["2"]], False, "contradicted"),
        ([BROKEN], False, "contradicted"),
        ([GB["1"], BROKEN], False, "confirmed"),
        ([Mark("gb45438", "AIGC", {})], False, "suspected"),
    ],
)
def test_the_verdict_follows_the_table(marks: list[Mark], declared: bool, answer: str) -> None:
    verdict = told(*marks, declared=declared)
    assert verdict.verdict == answer
    assert verdict.basis
    assert verdict.show == SHOW.get(answer, "")
    assert verdict.marks == tuple(marks)


def test_producers_that_differ_contradict() -> None:
    other = Mark("gb45438", "1", {"ContentProducer": "q"})
    verdict = told(GB["1"], other)
    assert verdict.verdict == "contradicted"
    assert "disagree on ContentProducer: p, q" in verdict.basis[0]
    assert told(GB["1"], Mark("gb45438", "1", {})).verdict == "confirmed"


def test_a_signature_that_fails_contradicts() -> None:
    verdict = told(GB["1"], signature="invalid")
    assert verdict.verdict == "contradicted"
    assert "the signature in the label at there fails" in verdict.basis[0]


@pytest.mark.parametrize("signature", ["valid", "unpinned", "none"])
def test_a_signature_that_holds_changes_nothing(signature: Signature) -> None:
    assert told(GB["2"], signature=signature).verdict == "possible"


def test_a_manifest_that_a_label_broke_is_told_beside() -> None:
    verdict = told(GB["1"], BROKEN)
    assert len(verdict.basis) == 2
    assert "does not hold for these bytes: dataHash.mismatch" in verdict.basis[1]


@given(st.lists(st.sampled_from([*GB.values(), C2PA, IPTC, TRACE, BROKEN, CAMERA]), max_size=5))
def test_a_declaration_never_weakens_the_answer(marks: list[Mark]) -> None:
    order = ["unmarked", "suspected", "possible", "confirmed", "contradicted"]
    assert order.index(told(*marks, declared=True).verdict) >= order.index(told(*marks).verdict)


@given(st.permutations([GB["1"], C2PA, TRACE, IPTC]))
def test_the_order_of_marks_does_not_change_the_answer(marks: list[Mark]) -> None:
    assert told(*marks).verdict == "confirmed"
