from __future__ import annotations

import pytest
from pydantic import ValidationError

from qingjian.api.asked import Question
from qingjian.api.kept import NewDraft, NewOrder, Receipt
from qingjian.cases.order import MOST_ITEMS, checked


@pytest.mark.parametrize("model", [NewDraft, NewOrder, Receipt])
def test_the_example_of_each_question_is_one(model: type[Question]) -> None:
    assert model.model_validate(model.example).model_dump(exclude_unset=True) == model.example


def test_the_example_of_an_order_is_an_order() -> None:
    made = checked(NewOrder.model_validate(NewOrder.example).model_dump(exclude_none=True))
    assert made.named == "某市网信办 〔2026〕12号（网络安全法 第四十七条）"


def test_an_order_holds_no_more_items_than_it_may() -> None:
    item = {"kind": "content", "id": "p"}
    for items in ([], [item] * (MOST_ITEMS + 1)):
        with pytest.raises(ValidationError):
            NewOrder.model_validate({**NewOrder.example, "items": items})
