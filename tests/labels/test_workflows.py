from __future__ import annotations

from qingjian.core.obligations import obligations
from qingjian.labels.workflows import WORKFLOWS


def test_every_row_on_labels_is_answered_for() -> None:
    served = {row for workflow in WORKFLOWS for row in workflow.serves}
    assert served == {id for id in obligations() if id.startswith("1.5.")}


def test_a_workflow_is_called_as_people_call_it() -> None:
    from typer.main import get_command

    from qingjian.cli.app import app

    verbs = get_command(app).commands["label"].commands  # type: ignore[attr-defined]  # a group
    for workflow in WORKFLOWS:
        words = workflow.id.split()
        assert words[0] == "label"
        assert words[1] in verbs
