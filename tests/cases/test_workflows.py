from __future__ import annotations

from qingjian.cases.workflows import WORKFLOWS
from qingjian.core.obligations import obligations


def test_a_workflow_is_called_as_people_call_it_and_answers_for_rows_there_are() -> None:
    from typer.main import get_command

    from qingjian.cli.app import app

    verbs = get_command(app).commands["case"].commands  # type: ignore[attr-defined]  # a group
    for workflow in WORKFLOWS:
        first, *rest = workflow.id.split()
        assert first == "case" and set(rest) <= set(verbs)
        assert all(not obligations()[row].declined for row in workflow.serves)
