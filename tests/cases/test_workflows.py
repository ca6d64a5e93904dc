from __future__ import annotations

from qingjian.cases.workflows import WORKFLOWS
from qingjian.core.obligations import obligations


def test_a_workflow_is_called_as_people_call_it_and_answers_for_rows_there_are() -> None:
    from typer.main import get_command

    from qingjian.cli.app import app

    groups = get_command(app).commands  # type: ignore[attr-defined]  # a group
    for workflow in WORKFLOWS:
        first, *rest = workflow.id.split()
        assert set(rest) <= set(groups[first].commands)
        assert all(not obligations()[row].declined for row in workflow.serves)
