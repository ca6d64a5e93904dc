"""A platform drives the desk by the example, and the log it leaves is proven."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.process import EXAMPLES, environment, qingjian


def test_the_example_goes_from_a_post_to_what_is_taken_back(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, str(EXAMPLES / "desk" / "desk.py"), str(tmp_path)],
        cwd=tmp_path,
        env=environment(QINGJIAN_JOBS="1"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    told = dict(line.split(maxsplit=1) for line in ran.stdout.splitlines())
    assert told["ruled"] == "approval is waited for"
    assert "rules has had a hand" in told["refused"]
    assert told["approved"] == "['active', 'active']"
    assert told["told"] == "['user-9', 'user-9']"
    assert told["judged"] == "overturned ['reversed', 'reversed']"
    assert told["webhooks"].count("disposition.reversed") == 2
    assert told["tried"] == "['queue > hold: 3']"
    assert told["shadow"] == "['queue > hold']"
    assert told["author"] == "writes may not do this: policy.publish"
    assert told["live"] == "2 hold"
    assert told["rolled"] == "queue"
    proof = qingjian("case", "verify", "--db", "desk.db", folder=tmp_path)
    assert proof.out.strip() == told["proven"]
