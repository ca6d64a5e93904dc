from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.policy.expressions import KNOWN

from qingjian.core.actions import LADDERS
from qingjian.core.errors import ConfigError, NotFound
from qingjian.core.obligations import HOUSE_RULE, obligations
from qingjian.core.registry import discover
from qingjian.policy.load import foreign, load, parse, read, shipped
from qingjian.policy.when import monotone
from qingjian.wiring import SURFACES

HEAD = """name = "own"
version = "1"
author = "me"
surface = "content"
"""
RULE = """[[rule]]
id = "a"
when = "text.scam.hit"
do = "queue"
row = "house_rule"
because = "so"
"""
OURS = {id: d.card.scoring for id, d in discover().detectors.items()}


def faults(text: str) -> list[str]:
    return parse(text, "own.toml", KNOWN)[1]


def test_every_surface_has_a_shipped_pack() -> None:
    assert set(shipped()) == set(SURFACES)


@pytest.mark.parametrize("name", shipped())
def test_shipped_packs_are_fit(name: str) -> None:
    text, where = read(name)
    pack, wrong = parse(text, where, OURS)
    assert wrong == []
    assert pack is not None
    assert pack.name == name
    assert pack.rules
    assert not any(r.exempt for r in pack.rules)
    assert load(name, OURS) == pack


@pytest.mark.parametrize("name", shipped())
def test_shipped_packs_take_nothing_away_without_a_person(name: str) -> None:
    pack = load(name, OURS)
    taking = {"remove", "hold", "limit", "delist", "reject", "drop", "stop", "queue"}
    assert not taking & set(pack.without_person)


def test_the_pack_of_a_good_text_has_every_value() -> None:
    pack, wrong = parse(
        HEAD + 'without_person = ["note"]\nnote = "mine"\n' + RULE + 'beside = ["notify"]\n',
        "own.toml",
        KNOWN,
    )
    assert wrong == []
    assert pack is not None
    assert (pack.name, pack.version, pack.author) == ("own", "1", "me")
    assert (pack.surface, pack.without_person) == ("content", ("note",))
    rule = pack.rules[0]
    assert (rule.id, rule.when, rule.do, rule.row) == ("a", "text.scam.hit", "queue", HOUSE_RULE)
    assert (rule.because, rule.beside, rule.exempt) == ("so", ("notify",), False)
    assert (rule.detectors, rule.where) == (("text.scam",), "own.toml:7")


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('id = "a"\n', "", "rule (no id): 'id' is missing"),
        ('id = "a"', 'id = ""', "rule : 'id' is empty"),
        ('when = "text.scam.hit"\n', "", "rule a: 'when' is missing"),
        ('do = "queue"\n', "", "rule a: 'do' is missing"),
        ('row = "house_rule"\n', "", "rule a: 'row' is missing"),
        ('because = "so"\n', "", "rule a: 'because' is missing"),
        ('because = "so"', 'because = ""', "rule a: 'because' is empty"),
        ('because = "so"', "because = 1", "rule a: 'because' must be a text"),
        ('do = "queue"', 'do = "delist"', "rule a: 'delist' is no step; one of: pass, note"),
        ('"house_rule"', '"9.9.none"', "rule a: no row '9.9.none' in the notice"),
        ('because = "so"', 'because = "so"\nwhy = "x"', "rule a: unknown key 'why'"),
        ('because = "so"', 'because = "so"\nbeside = ["call"]', "rule a: 'call' is no side effect"),
        ('because = "so"', 'because = "so"\nbeside = "notify"', "rule a: 'beside' must be a list"),
        ('because = "so"', 'because = "so"\nbeside = [1]', "each of it a text"),
        ('because = "so"', 'because = "so"\nexempt = "no"', "'exempt' must be true or false"),
        ('because = "so"', 'because = "so"\nexempt = 1', "'exempt' must be true or false"),
        ("text.scam.hit", "text.none.hit", "rule a: when, column 1: no detector 'text.none'"),
        ("text.scam.hit", "!text.scam.hit", "rule a: when, column 1: `!` over a detector"),
        ("text.scam.hit", "text.scam.hit ?", "rule a: when, column 15: '?' is not part"),
    ],
)
def test_every_fault_of_a_rule_names_the_rule_and_its_line(old: str, new: str, wrong: str) -> None:
    good = RULE.replace('"a"', '"first"')
    bad = RULE.replace(old, new)
    assert bad != RULE
    told = faults(HEAD + good + "\n# note\n\n" + bad)
    assert len(told) == 1
    assert told[0].startswith("own.toml:14: rule ")
    assert wrong in told[0]


def test_all_faults_of_all_rules_are_told_at_once() -> None:
    bad = RULE.replace("queue", "stop").replace("text.scam", "text.none")
    told = faults(HEAD + bad + RULE.replace('"a"', '"b"').replace("queue", "stop"))
    assert [t.split(":")[1] for t in told] == ["5", "5", "11"]


def test_an_id_stands_once() -> None:
    assert faults(HEAD + RULE + RULE) == ["own.toml:11: rule a: the id stands twice"]


@pytest.mark.parametrize("row", [r.id for r in obligations().values() if r.declined])
def test_rows_that_are_declined_take_no_rule(row: str) -> None:
    told = faults(HEAD + RULE.replace("house_rule", row))
    assert told == [f"own.toml:5: rule a: row {row} is declined; only a house rule may act here"]


def test_two_rows_are_declined() -> None:
    assert sum(r.declined for r in obligations().values()) == 2


def test_a_rule_may_name_any_other_row() -> None:
    for row in obligations().values():
        if not row.declined:
            assert faults(HEAD + RULE.replace("house_rule", row.id)) == []


@pytest.mark.parametrize(
    "when", ["!text.scam.hit", "text.scam.count == 0", "text.scam.score < 0.1"]
)
def test_exempt_lets_a_rule_turn_softer_and_nothing_else(when: str) -> None:
    soft = HEAD + RULE.replace("text.scam.hit", when)
    assert len(faults(soft)) == len(monotone(when)) == 1
    assert "mark the rule `exempt`" in faults(soft)[0]
    assert faults(soft + "exempt = true\n") == []
    assert faults(soft + "exempt = false\n") == faults(soft)
    unknown = soft.replace("text.scam", "text.none") + "exempt = true\n"
    assert "no detector 'text.none'" in faults(unknown)[0]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (HEAD.replace('name = "own"\n', ""), "own.toml: 'name' is missing"),
        (HEAD.replace('"me"', '""'), "own.toml: 'author' is empty"),
        (HEAD.replace('"1"', "1"), "own.toml: 'version' must be a text"),
        (HEAD + 'rules = "x"\n', "own.toml: unknown key 'rules'"),
        (HEAD + "rule = 1\n", "own.toml: 'rule' must be a list"),
        (HEAD + "rule = [1]\n", "own.toml: 'rule' must be a list, and each of it a table"),
        (HEAD + "[rule]\nid = 'a'\n", "own.toml: 'rule' must be a list"),
        (HEAD + 'without_person = "note"\n', "own.toml: 'without_person' must be a list"),
        (HEAD + "without_person = [1]\n", "each of it a text"),
        (HEAD + "note = 1\n", "own.toml: 'note' must be a text"),
        (HEAD.replace("content", "ugc"), "own.toml: surface 'ugc' is none of content, gateway"),
    ],
)
def test_faults_of_the_pack_itself(text: str, wrong: str) -> None:
    pack, told = parse(text, "own.toml", KNOWN)
    assert pack is None
    assert len(told) == 1
    assert wrong in told[0]


def test_steps_without_a_person_must_be_steps_of_the_surface() -> None:
    told = faults(HEAD + 'without_person = ["note", "stop"]\n' + RULE)
    assert told == ["own.toml: without_person names 'stop', no step of content"]


@pytest.mark.parametrize(
    ("text", "line"),
    [("name = \n", 1), (HEAD + "x = {\n", 5), (HEAD + 'x = """\n', 6), (HEAD + "name = 1\n", 5)],
)
def test_a_text_that_is_no_toml_is_told_with_its_line(text: str, line: int) -> None:
    pack, told = parse(text, "own.toml", KNOWN)
    assert pack is None
    assert told[0].startswith(f"own.toml:{line}: ")


def test_lines_are_right_where_rules_are_not_written_as_double_brackets() -> None:
    inline = HEAD + 'rule = [\n  { id = "a", when = "text.none.hit", do = "note", '
    inline += 'row = "house_rule", because = "so" },\n\n  { id = "b" },\n]\n'
    told = faults(inline)
    assert told[0].startswith("own.toml:6: rule a: when")
    assert told[1].startswith("own.toml:8: rule b: ")


def test_a_heading_inside_a_text_moves_no_line() -> None:
    text = HEAD + 'note = """\n[[rule]]\n"""\n' + RULE.replace("queue", "stop")
    assert faults(text)[0].startswith("own.toml:9: rule a: ")


@pytest.mark.parametrize("surface", LADDERS)
def test_each_ladder_takes_its_own_steps_alone(surface: str) -> None:
    head = HEAD.replace("content", surface)
    for step in {s for steps in LADDERS.values() for s in steps}:
        fine = not faults(head + RULE.replace("queue", step))
        assert fine is (step in LADDERS[surface])


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(HEAD + RULE, "utf-8")
    pack = load(str(path), KNOWN)
    assert pack.rules[0].where == f"{path}:5"


def test_an_unfit_pack_is_refused_with_its_first_fault(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(HEAD + RULE.replace("queue", "stop"), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(str(path), KNOWN)
    assert "'stop' is no step" in caught.value.what
    assert f"qingjian policy check {path}" in caught.value.hint


def test_a_policy_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    for missing in ("ucg", str(tmp_path), str(tmp_path / "x.toml"), ""):
        with pytest.raises(NotFound) as caught:
            read(missing)
        assert "answer, corpus, listing, prompt, ugc" in caught.value.hint


def test_a_file_in_another_encoding_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes((HEAD + RULE.replace("so", "因为")).encode("gb18030"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        read(str(path))


def test_rules_stand_under_what_must_speak_for_them_to_hold() -> None:
    rules = ["text.scam.hit", "text.scam.hit && text.dose.hit", "item.declared", "true"]
    text = HEAD + "".join(
        RULE.replace('"a"', f'"r{i}"').replace("text.scam.hit", w) for i, w in enumerate(rules)
    )
    pack, _ = parse(text, "own.toml", KNOWN)
    assert pack is not None
    assert pack.by_detector == {"text.scam": (0, 1), "text.dose": (1,), "": (2, 3)}


def test_cel_reads_every_rule_that_is_fit() -> None:
    for name in shipped():
        assert foreign(load(name, OURS)) == []


def test_a_rule_that_cel_does_not_read_is_told_with_its_line() -> None:
    pack, _ = parse(HEAD + RULE, "own.toml", KNOWN)
    assert pack is not None
    odd = replace(pack, rules=(replace(pack.rules[0], when="text.scam.hit ||"),))
    (told,) = foreign(odd)
    assert told.startswith("own.toml:5: rule a: CEL does not read it: ")
