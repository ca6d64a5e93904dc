from __future__ import annotations

from qingjian.cases.tally import Tally
from qingjian.reports.tally import lines, told


def test_counts_are_told_with_an_interval() -> None:
    made = Tally(rows=1_000, people=7)
    made.steps.update({"pass": 993, "hold": 7, "note": 0})
    made.hits["scam"], made.unknown["dose"] = 7, 12
    made.move("pass", "hold", "p1")
    assert lines(made) == [
        "1,000 rows: pass 993, hold 7; 7 need a person",
        "another step than was decided: 1, 0.10% (0.02%–0.56%)",
        "  pass > hold: 1 (p1)",
        "rules",
        "  scam: 7",
        "  dose: 0, unknown 12",
    ]
    assert told(made)["steps"] == {"pass": 993, "hold": 7}
    assert told(made)["moved"] == [{"was": "pass", "now": "hold", "items": 1, "first": ["p1"]}]
    assert lines(Tally()) == ["no row came in since"]
