from __future__ import annotations

import pytest
from tests.detectors.trial import Trial

from qingjian.core.errors import Abstain
from qingjian.core.types import About, Role, Text
from qingjian.detectors.text.machine_text import machine_text

TRIAL = Trial(machine_text)
MADE = TRIAL.card.hits[0]
TALKED = TRIAL.card.misses[0]


def test_what_it_tells_can_be_counted_in_the_text() -> None:
    [finding] = TRIAL.hits(MADE)
    assert finding.severity == "info"
    assert str(finding.evidence["even_sentences"]).startswith("5 sentences")
    assert {"connectives", "stock_frames", "no_speech"} <= set(finding.evidence)


def test_two_signs_are_not_enough() -> None:
    even = "今天下午三点在会议室开会讨论预算。" * 8
    assert TRIAL.hits(even) == []
    loose = machine_text.build(signs=2)
    assert len(loose(Text(id="x", body=even)).findings) == 1


def test_speech_and_uneven_sentences_pass() -> None:
    assert TRIAL.hits(TALKED) == []


@pytest.mark.parametrize(
    ("text", "role"),
    [(MADE[:90], "author"), ("Most of this text is English. " * 10, "author"), (MADE, "assistant")],
)
def test_short_foreign_and_assistants_texts_are_not_judged(text: str, role: Role) -> None:
    with pytest.raises(Abstain):
        machine_text.build()(Text(id="x", body=text, about=About(role=role)))


def test_a_list_counts_by_its_lines() -> None:
    lines = [f"{i}. 选择合适的方式，然后坚持下去。" for i in range(1, 9)]
    [finding] = TRIAL.hits("以下是常见的建议。\n" + "\n".join(lines))
    assert "list" in finding.evidence
