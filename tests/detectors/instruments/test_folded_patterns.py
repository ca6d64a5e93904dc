from __future__ import annotations

import re

from qingjian.detectors.instruments.fold import folded
from qingjian.detectors.instruments.folded_patterns import as_folded


def test_a_pattern_holds_in_folded_text() -> None:
    assert re.search(r"并未发现", folded("并未发现")) is None
    assert re.search(as_folded(r"并未(?:发|出)现"), folded("并未发现"))


def test_what_is_no_chinese_character_stays() -> None:
    assert as_folded(r"[a-z]\d{2}未?") == r"[a-z]\d{2}末?"
