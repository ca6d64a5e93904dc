from __future__ import annotations

import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor

import pytest

from qingjian.core import errors
from qingjian.core.errors import Abstain, QingjianError

ROW = re.compile(
    r"^(?P<branch>[│├└─ ]*)(?P<name>[A-Z]\w+)(?:  +(?P<means>.*?))?"
    r"(?:  +exit (?P<exit>\d+), HTTP (?P<http>\d+))?$"
)


def below(of: type[QingjianError]) -> list[type[QingjianError]]:
    return [of, *(t for one in of.__subclasses__() for t in below(one))]


EVERY = [t for t in below(QingjianError) if t.__module__ == errors.__name__]


def drawn() -> list[tuple[int, re.Match[str]]]:
    assert errors.__doc__ is not None
    tree = errors.__doc__.split("\n\n")[1].splitlines()
    rows = [ROW.match(line) for line in tree]
    assert all(rows), "a line of the tree cannot be read"
    return [(len(row["branch"]) // 4, row) for row in rows if row]


def fail(of: type[QingjianError]) -> None:
    raise of("什么 happened", "do this")


def abstain() -> None:
    raise Abstain("only text the service wrote is judged")


def test_the_drawn_tree_is_the_tree_of_classes() -> None:
    path: list[str] = []
    parents: dict[str, str | None] = {}
    for depth, row in drawn():
        path[depth:] = [row["name"]]
        parents[row["name"]] = path[depth - 1] if depth else None
    assert parents == {
        t.__name__: None if t is QingjianError else t.__bases__[0].__name__ for t in EVERY
    }


def test_the_drawn_codes_are_those_of_the_classes_and_leaves_inherit_theirs() -> None:
    for depth, row in drawn()[1:]:
        cls = getattr(errors, row["name"])
        assert row["means"], f"{row['name']} is drawn without words"
        if row["exit"]:
            assert (cls.exit_code, cls.http_status) == (int(row["exit"]), int(row["http"]))
        else:
            assert depth == 2
            parent = cls.__bases__[0]
            assert (cls.exit_code, cls.http_status) == (parent.exit_code, parent.http_status)


def test_every_error_has_a_code_of_its_own() -> None:
    assert len({t.code for t in EVERY}) == len(EVERY)


@pytest.mark.parametrize("of", EVERY)
def test_exit_codes_are_those_of_the_contract(of: type[QingjianError]) -> None:
    assert of.exit_code in (1, 2, 3)
    assert 400 <= of.http_status < 600


@pytest.mark.parametrize("of", EVERY)
def test_an_error_says_what_and_keeps_its_hint(of: type[QingjianError]) -> None:
    made = of("what happened", "what to do")
    assert (str(made), made.what, made.hint) == ("what happened", "what happened", "what to do")
    assert of("what happened").hint == ""


def test_an_error_raised_in_another_process_arrives_whole() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        for of in EVERY:
            with pytest.raises(QingjianError) as caught:
                pool.submit(fail, of).result()
            assert type(caught.value) is of
            assert (caught.value.what, caught.value.hint) == ("什么 happened", "do this")
        with pytest.raises(Abstain) as abstained:
            pool.submit(abstain).result()
    assert abstained.value.reason == "only text the service wrote is judged"


def test_abstaining_is_no_error_of_ours() -> None:
    assert not issubclass(Abstain, QingjianError)
