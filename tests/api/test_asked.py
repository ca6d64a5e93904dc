from __future__ import annotations

import pytest
from pydantic import ValidationError

from qingjian.api import asked

QUESTIONS = asked.Question.__subclasses__()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.__name__)
def test_its_example_is_one_and_what_it_does_not_know_it_refuses(
    question: type[asked.Question],
) -> None:
    question.model_validate(question.example)
    with pytest.raises(ValidationError):
        question.model_validate({**question.example, "who": "somebody else"})


def test_questions_were_found() -> None:
    assert len(QUESTIONS) >= 10
