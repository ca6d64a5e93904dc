from __future__ import annotations

import re
from importlib.resources import files

import pytest

from qingjian.core.errors import ConfigError
from qingjian.detectors.instruments.lexicon import Lexicon
from qingjian.detectors.instruments.pack import Pack, Rule, Term, load_pack, read_pack

WHOLE = """
id = "text.trial"
author = "tests"
version = "2026-11-22"
reviewed = "2026-11-22"

[[rule]]
id = "sells"
slots = ["tool", "trade"]
window = 30
why = "sells {tool}: {trade}"

[slots.tool]
forms = ["gap"]
terms = ["换脸", { t = "ai", forms = [], needs = ["脸"], within = 3, not = ["爱"] }]
combine = [{ parts = [["代", "包"], ["过人脸"]], forms = ["split"] }, { parts = [["去"], ["衣"]] }]

[slots.trade]
terms = ["加v", { t = "a price", re = '\\d+元', unless = ["日元"], not_after = ["约"] }]

[against.news]
says = "in the news"
reach = 20
terms = ["警方"]

[examples]
hits = ["换脸加v"]
misses = ["换脸"]
"""


def test_every_key_is_read() -> None:
    pack = read_pack(WHOLE, "trial.toml")
    assert (pack.id, pack.author, pack.version, pack.reviewed) == (
        "text.trial",
        "tests",
        "2026-11-22",
        "2026-11-22",
    )
    assert pack.rules == (Rule("sells", ("tool", "trade"), 30, "sells {tool}: {trade}"),)
    assert [(c.name, c.says, c.reach) for c in pack.counters] == [("news", "in the news", 20)]
    assert (pack.hits, pack.misses) == (("换脸加v",), ("换脸",))
    assert set(pack.terms) == {
        Term("换脸", "tool", ("gap",)),
        Term("ai", "tool", (), needs=("脸",), within=3, plain_not=("爱",)),
        Term("代过人脸", "tool", ("split",)),
        Term("包过人脸", "tool", ("split",)),
        Term("去衣", "tool", ("gap",)),
        Term("加v", "trade"),
        Term("a price", "trade", unless=("日元",), not_after=("约",), expression=r"\d+元"),
        Term("警方", "against.news"),
    }


def test_what_may_be_left_out_is_left_out() -> None:
    head = 'id = "a"\nauthor = "b"\nversion = "2026-01-01"\nreviewed = "2026-01-01"\nrule = []\n'
    pack = read_pack(head, "a.toml")
    assert pack == Pack("a", "b", "2026-01-01", "2026-01-01", (), (), (), (), ())
    assert list(Lexicon(pack).findings("换脸")) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "text.trial"', "", "trial.toml: id is missing"),
        ('author = "tests"', "author = 7", "trial.toml: author is no text"),
        ('reviewed = "2026-11-22"', 'reviewed = "soon"', "trial.toml: reviewed is no date: 'soon'"),
        ('version = "2026-11-22"', "version = 2026-11-22", "trial.toml: version is no text"),
        ("[examples]", "[example]", "trial.toml has the unknown key 'example'"),
        ('hits = ["换脸加v"]', 'hits = "换脸加v"', "trial.toml: examples: hits is no list"),
        ('misses = ["换脸"]', "misses = [1]", "examples: misses holds something that is no text"),
        ("[[rule]]", "[rule]", "trial.toml: rule is no list"),
        ("window = 30", "window = 0", "trial.toml: rule[0]: window is less than 1"),
        ("window = 30", "window = true", "trial.toml: rule[0]: window is no whole number"),
        ("window = 30", "windows = 30", "trial.toml: rule[0] has the unknown key 'windows'"),
        ('id = "sells"', 'id = ""', "trial.toml: rule[0]: id is empty"),
        ('slots = ["tool", "trade"]', "slots = []", "trial.toml: rule[0]: slots is empty"),
        ('slots = ["tool", "trade"]', 'slots = "tool"', "trial.toml: rule[0]: slots is no list"),
        ('["tool", "trade"]', '["tool", "sale"]', "slots names slot 'sale', which has no term"),
        ('["tool", "trade"]', '["tool", "news"]', "slots names slot 'news', which has no term"),
        ("{trade}", "{sale}", "rule[0]: why names 'sale', no slot of the rule"),
        ("{trade}", "{}", "rule[0]: why names '', no slot of the rule"),
        ("{trade}", "{trade", "trial.toml: rule[0]: why is broken"),
        ("[slots.tool]", '[slots."a tool"]', "trial.toml: slots.a tool is no name"),
        ("[slots.tool]", "[slots.rule]", "trial.toml: slots.rule is taken"),
        ("[slots.tool]\nforms", "[slots.tool]\nform", "slots.tool has the unknown key 'form'"),
        ('forms = ["gap"]', 'forms = "gap"', "trial.toml: slots.tool: forms is no list"),
        ('forms = ["gap"]', 'forms = ["mirror"]', "slots.tool: forms holds 'mirror'; one of: gap"),
        ("within = 3", 'within = "3"', "slots.tool: terms[1]: within is no whole number"),
        ("within = 3", "within = -3", "slots.tool: terms[1]: within is less than 0"),
        ('needs = ["脸"]', 'needs = "脸"', "slots.tool: terms[1]: needs is no list"),
        ('needs = ["脸"]', 'need = ["脸"]', "slots.tool: terms[1] has the unknown key 'need'"),
        ('t = "ai", ', "", "trial.toml: slots.tool: terms[1]: t is missing"),
        ('terms = ["警方"]', "terms = [3]", "trial.toml: against.news: terms[0] is no table"),
        ('terms = ["警方"]', 'terms = [""]', "against.news: terms[0]: t is empty"),
        ('["警方"]', '["\\u200b"]', "against.news: terms[0]: t '\\u200b' folds to nothing"),
        ('terms = ["警方"]', "", "trial.toml: against.news: terms is missing"),
        ('says = "in the news"', "", "trial.toml: against.news: says is missing"),
        ("reach = 20", "reach = -1", "trial.toml: against.news: reach is less than 0"),
        ("\\d+元", "(\\d+元", "slots.trade: terms[1]: re is no regular expression"),
        ('[["代", "包"], ["过人脸"]]', '["代"]', "combine[0]: parts is no list of lists of texts"),
        ('[["代", "包"], ["过人脸"]]', "[[1]]", "combine[0]: parts is no list of lists of texts"),
        ('[["去"], ["衣"]]', '[["\\u200b"]]', "combine[1]: parts '\\u200b' folds to nothing"),
        ("{ parts = [[", "{ part = [[", "slots.tool: combine[0] has the unknown key 'part'"),
    ],
)
def test_what_is_wrong_is_told_with_the_file_and_the_key(old: str, new: str, told: str) -> None:
    assert old in WHOLE
    with pytest.raises(ConfigError, match=re.escape(told)) as error:
        read_pack(WHOLE.replace(old, new, 1), "trial.toml")
    assert error.value.what.startswith("trial.toml")
    assert error.value.hint


@pytest.mark.parametrize("raw", ["slots = []\n", "against = 3\n"])
def test_a_table_that_is_none_is_told(raw: str) -> None:
    head = 'id = "a"\nauthor = "b"\nversion = "2026-01-01"\nreviewed = "2026-01-01"\nrule = []\n'
    with pytest.raises(ConfigError, match=r"a\.toml: (slots|against) is no table"):
        read_pack(head + raw, "a.toml")


def test_two_rules_may_not_share_an_id() -> None:
    rule = WHOLE[WHOLE.index("[[rule]]") : WHOLE.index("[slots.tool]")]
    with pytest.raises(ConfigError, match=r"trial\.toml: rule\[1\]: id 'sells' stands twice"):
        read_pack(WHOLE.replace(rule, rule * 2), "trial.toml")


def test_what_is_no_toml_is_told_with_the_file() -> None:
    with pytest.raises(ConfigError, match=r"trial\.toml: .*line 2") as error:
        read_pack("a = 1\nid = \n", "trial.toml")
    assert error.value.hint == "the pack must be TOML"


def shipped() -> list[tuple[str, str]]:
    room = files("qingjian.detectors.text")
    names = [f.name for f in room.iterdir() if f.name.endswith(".toml")]
    return [
        (package, name)
        for package, name in (("qingjian.detectors.text", n) for n in sorted(names))
        if "[slots" in room.joinpath(name).read_text("utf-8")
    ]


@pytest.mark.parametrize(("package", "name"), shipped())
def test_the_examples_of_a_shipped_pack_hold(package: str, name: str) -> None:
    made = Lexicon(load_pack(package, name))
    for text in made.pack.hits:
        assert any(not f.opposed for f in made.findings(text)), text
    for text in made.pack.misses:
        assert all(f.opposed for f in made.findings(text)), text


def test_packs_are_shipped() -> None:
    assert ("qingjian.detectors.text", "illicit_tool_promotion.toml") in shipped()
