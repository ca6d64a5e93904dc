from __future__ import annotations

import json
from pathlib import Path

import pytest

from qingjian.core.card import Workflow
from qingjian.core.obligations import obligations
from qingjian.evals import workflows
from qingjian.labels.workflows import WORKFLOWS

MADE = Workflow("label write --explicit", ("1.5.explicit_label",), "does", "qingjian.labels")


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(workflows, "folder", lambda: tmp_path)
    return tmp_path


def test_a_result_is_told_until_the_code_changes(results: Path) -> None:
    assert workflows.path_of(MADE) == results / "labels" / "label.write.explicit.json"
    assert workflows.said(MADE) == workflows.NOT_MEASURED
    (results / "labels").mkdir()
    told = {"said": "9 of 9", "code_hash": workflows.code_hash(MADE)}
    workflows.path_of(MADE).write_text(json.dumps(told))
    assert workflows.said(MADE) == "9 of 9"
    workflows.path_of(MADE).write_text(json.dumps({**told, "code_hash": "old"}))
    assert workflows.said(MADE) == "not measured (the code changed since it was measured)"


def test_our_workflows_serve_rows_of_the_notice_and_are_measured() -> None:
    assert len({w.id for w in WORKFLOWS}) == len(WORKFLOWS)
    for workflow in WORKFLOWS:
        assert set(workflow.serves) <= set(obligations())
        assert not workflows.said(workflow).startswith(workflows.NOT_MEASURED), workflow.id
