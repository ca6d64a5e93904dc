from __future__ import annotations

from pathlib import Path

import pytest
from tests.evals.toy import named_sets
from tests.needs import shared

from qingjian.core.errors import NotFound
from qingjian.core.registry import discover
from qingjian.core.types import Text
from qingjian.detectors.instruments.linear import load_linear
from qingjian.evals.sets import SETS, named


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return named_sets(tmp_path_factory.mktemp("data"))


@pytest.mark.parametrize(
    ("name", "n", "positives"),
    [
        ("fbs", 61, 30),
        ("fbs_mapped", 61, 30),
        ("chineseharm", 60, 30),
        ("harm_sexual", 31, 1),
        ("harm_gambling", 31, 1),
        ("harm_black_ads", 31, 1),
        ("harm_abuse", 31, 1),
        ("fbs_gambling", 62, 1),
        ("cold_offensive", 2, 1),
        ("cold_test", 2, 1),
        ("telecom5", 60, 30),
        ("teleantifraud", 60, 30),
        ("safetyqa", 30, 0),
        ("cold", 2, 0),
        ("swsr", 2, 0),
        ("hc3_qa", 2, 1),
        ("cudrt", 2, 1),
        ("weibo_posts", 2, 0),
    ],
)
def test_each_set_is_read_with_its_truth(folder: Path, name: str, n: int, positives: int) -> None:
    rows = named(name).rows(folder)
    assert (len(rows), sum(r.positive for r in rows)) == (n, positives)
    assert all(isinstance(r.item, Text) and r.item.body for r in rows)
    assert [r.item.id for r in rows] == [f"{name}#{i}" for i in range(n)]
    assert not any(r.blind for r in rows)


def test_the_sets_above_are_all_there_are() -> None:
    names = "fbs fbs_mapped chineseharm telecom5 teleantifraud safetyqa cold swsr fbs_gambling"
    names += " harm_sexual harm_gambling harm_black_ads harm_abuse cold_offensive cold_test"
    names += " hc3_qa cudrt weibo_posts"
    assert set(SETS) == set(names.split())


def bodies(name: str, folder: Path) -> list[str]:
    return [r.item.body for r in named(name).rows(folder) if isinstance(r.item, Text)]


def test_masks_are_mapped_in_one_set_and_stay_in_the_other(folder: Path) -> None:
    masked, mapped = bodies("fbs", folder), bodies("fbs_mapped", folder)
    assert masked[0].endswith("DIGIT元URL")
    assert mapped[0].endswith("88元www.a1b2c.cc")
    assert [m.replace("DIGIT", "88").replace("URL", "www.a1b2c.cc") for m in masked] == mapped


def test_rows_of_other_classes_are_left_out(folder: Path) -> None:
    for name in ("fbs", "chineseharm"):
        assert "left out" not in bodies(name, folder)


def test_a_call_is_its_first_three_turns(folder: Path) -> None:
    assert not any("not read" in body for body in bodies("teleantifraud", folder))


def test_a_comment_keeps_its_line_breaks(folder: Path) -> None:
    assert bodies("cold", folder)[0] == "第一条，带\n换行"


def test_a_set_that_is_not_there_is_told_with_the_way_to_name_it(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        named("fbs").rows(tmp_path)
    assert "fbs_a.jsonl" in caught.value.what
    assert "--data-dir" in caught.value.hint


def test_an_unknown_set_is_told_with_those_there_are() -> None:
    with pytest.raises(NotFound) as caught:
        named("fsb")
    assert "fbs, fbs_mapped" in caught.value.hint


def test_the_hash_changes_with_the_file(tmp_path: Path) -> None:
    folder = named_sets(tmp_path)
    before = named("telecom5").hash(folder)
    assert before == named("telecom5").hash(folder)
    assert len(before) == 32
    path = named("telecom5").path(folder)
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    assert named("telecom5").hash(folder) != before


def test_only_sets_whose_licences_allow_it_train_what_ships() -> None:
    allowed = ("text/cold/", "text/swsr/", "text/teleantifraud/")
    for one in discover().detectors.values():
        for file in one.card.files:
            if file.endswith(".model"):
                model = load_linear(one.factory.__module__.rpartition(".")[0], file)
                sets = [name for name in model.about["trained_on"] if name != "our own rows"]
                assert all(named(name).file.startswith(allowed) for name in sets), one.card.id


@pytest.mark.parametrize("name", SETS)
def test_the_real_sets_are_read_where_they_are_at_hand(name: str) -> None:
    rows = named(name).rows(shared("data"))
    positives = sum(r.positive for r in rows)
    assert len(rows) > 500
    assert (positives == 0) is (name in ("safetyqa", "cold", "swsr", "weibo_posts"))
    assert positives < len(rows)
