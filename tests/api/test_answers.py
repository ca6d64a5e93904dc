from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel
from tests.api.door import TOOL, Door

from qingjian.api import answers


def lacking(model: type[BaseModel], value: dict[str, Any]) -> set[str]:
    """Give the fields of a model that an answer lacks, and those it has beyond."""
    return set(model.model_fields) ^ set(value)


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/whoami", answers.Whoami),
        ("/audit/verify", answers.Proof),
        ("/audit/events", answers.EventPage),
        ("/cases", answers.CasePage),
        ("/subjects/content/answers-1", answers.SubjectPage),
    ],
)
def test_an_answer_is_whole_where_nothing_is_hidden(
    door: Door, path: str, model: type[BaseModel]
) -> None:
    answer = door.ask("auditor", "GET", path).json
    model.model_validate(answer)
    assert lacking(model, answer) == set()


def test_cases_rows_and_events_are_whole(door: Door) -> None:
    case = door.ruled("answers-2", "remove")
    shown = door.ask("reviewer", "GET", f"/cases/{case}?events=1").json
    answers.Case.model_validate(shown)
    parts = (
        (answers.Case, shown),
        (answers.Seen, shown["seen"][0]),
        (answers.Ruling, shown["rulings"][0]),
        (answers.Disposition, shown["dispositions"][0]),
        (answers.Event, shown["history"][0]),
        (answers.CaseRow, door.ask("reviewer", "GET", "/cases").json["cases"][0]),
        (answers.Row, door.ask("feed", "POST", "/scan", {"text": TOOL}).json),
    )
    for model, value in parts:
        assert lacking(model, value) == set(), model


def test_no_field_of_an_answer_is_promised(door: Door) -> None:
    for model in (answers.Case, answers.Row, answers.Event):
        assert "required" not in model.model_json_schema(mode="serialization")
    assert "required" in answers.Fault.model_json_schema()
