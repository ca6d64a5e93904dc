from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import qingjian
from qingjian import wiring
from qingjian.archive.watched import post
from qingjian.core.errors import ConfigError, NotFound
from qingjian.core.settings import Settings
from qingjian.core.types import About, Conversation, Document, Text, Turn
from qingjian.detectors.instruments.linear import load_linear, pack_linear
from qingjian.evals.results import measured_ids
from qingjian.wiring import SURFACES, Result, Services, services
from tests.engine.chat import chat
from tests.engine.vendor import vendor
from tests.needs import ROOT

ADVERT = "代过人脸活体，非本人可做，先过后付，飞机联系"
TOOL = "text.illicit_tool_promotion"


@pytest.fixture(autouse=True)
def _settings_of_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Work where no settings lie about, and build the door anew."""
    monkeypatch.chdir(tmp_path)
    wiring._door.cache_clear()
    yield
    wiring._door.cache_clear()


def hits(result: Result) -> set[str]:
    return {f.detector for f in result.findings if not f.opposed}


def test_a_text_is_looked_at_and_decided_on() -> None:
    result = qingjian.scan(ADVERT)
    assert TOOL in hits(result)
    assert result.findings == result.scanned.findings
    assert result.decision.policy.startswith("ugc ")
    assert "illicit-tool-offer" in result.decision.rules
    assert result.scanned.item == Text(id="text", body=ADVERT)


def test_what_is_known_about_a_text_is_used() -> None:
    dose = "建议服用阿莫西林，每次0.5g，一日三次。"
    said = qingjian.scan(dose, about=About(role="assistant"), surface="answer")
    assert "text.prescription" in hits(said)
    assert said.decision.do == "answer"
    assert "text.prescription" not in hits(qingjian.scan(dose, about=About(role="user")))


def test_any_item_is_looked_at_with_what_is_inside() -> None:
    page = Document(id="p", format="html", body=f"<p>{ADVERT}</p>")
    assert TOOL in hits(qingjian.scan(page))
    talk = Conversation(id="c", turns=(Turn("user", ADVERT),))
    assert TOOL in hits(qingjian.scan(talk))


@pytest.mark.parametrize("surface", SURFACES)
def test_each_surface_has_its_own_pack(surface: str) -> None:
    assert qingjian.scan("你好", surface=surface).decision.policy.startswith(f"{surface} ")


def test_a_policy_may_be_named_beside_the_surface(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'name = "own"\nversion = "1"\nauthor = "me"\nsurface = "corpus"\n'
        f'[[rule]]\nid = "r"\nwhen = "{TOOL}.hit"\ndo = "drop"\n'
        'row = "house_rule"\nbecause = "so"\n',
        "utf-8",
    )
    assert qingjian.scan(ADVERT, policy=str(own)).decision.do == "drop"
    assert qingjian.scan(ADVERT, policy="listing").decision.do == "hold"


def test_settings_of_the_folder_are_in_force(tmp_path: Path) -> None:
    (tmp_path / "qingjian.toml").write_text('surface = "corpus"\n', "utf-8")
    assert qingjian.scan(ADVERT).decision.do == "quarantine"


def test_the_door_is_built_once_for_the_same_words() -> None:
    qingjian.scan("你好")
    qingjian.scan("再见")
    qingjian.scan("再见", surface="prompt")
    assert wiring._door.cache_info().currsize == 2


def test_a_surface_or_policy_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigError, match="no surface 'ugx'"):
        qingjian.scan("x", surface="ugx")
    with pytest.raises(NotFound, match="no policy 'nowhere'"):
        qingjian.scan("x", policy="nowhere")


def test_the_package_has_the_door_and_nothing_that_is_not_there() -> None:
    assert qingjian.scan is wiring.scan
    assert qingjian.Result is Result
    with pytest.raises(AttributeError, match="no attribute 'scna'"):
        _ = qingjian.scna


def test_importing_the_package_builds_nothing() -> None:
    code = (
        "import sys, qingjian\n"
        "print(sorted({'numpy', 'hyperscan', 'qingjian.wiring'} & set(sys.modules)))\n"
        "qingjian.scan\n"
        "print('qingjian.wiring' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\nTrue\n"


def test_services_are_built_when_first_asked_for_and_kept() -> None:
    built = services(Settings())
    assert vars(built).keys() == {"settings", "only", "live"}
    assert built.registry is built.registry
    assert built.engine is built.engine
    assert set(built.known) == set(built.serves) == set(built.registry.detectors)
    assert built.known["text.scam"] is True
    assert built.known["document.ai_label"] is False
    assert built.serves["text.prescription"] == ("1.6.medical",)
    assert built.measured == measured_ids(built.quality)


def test_only_some_detectors_run_each_once_while_rules_know_all() -> None:
    built = services(Settings(), ["text.scam", TOOL, "text.scam"])
    assert [d.card.id for d in built.engine.detectors].count("text.scam") == 1
    assert {d.card.id for d in built.engine.detectors} == {"text.scam", TOOL}
    assert built.pack.name == "ugc"
    with pytest.raises(NotFound):
        _ = services(Settings(), ["text.nothing"]).engine


def test_limits_are_those_of_the_settings() -> None:
    talk = Conversation(id="c", turns=(Turn("user", "一"), Turn("assistant", "二")))
    assert Services(Settings(max_child_items=1)).engine.scan(talk).not_looked_at
    assert not Services(Settings()).engine.scan(talk).not_looked_at


def test_the_checkout_is_what_is_tested() -> None:
    assert Path(qingjian.__file__).is_relative_to(ROOT / "src")


def always_in_doubt(folder: Path) -> str:
    """Write weights of text.scam that never suffice for a hit, and give their folder."""
    model = load_linear("qingjian.detectors.text", "scam.model")
    unsure = replace(model, about={**model.about, "threshold": 1.0, "doubt": 0.0}, channels={})
    folder.joinpath("text.scam.model").write_bytes(pack_linear(unsure))
    return str(folder)


def test_a_second_opinion_is_asked_for_what_is_in_doubt_and_can_raise_it(tmp_path: Path) -> None:
    lure = "恭喜您中奖，请点击链接填写银行卡号和密码领取奖金"
    with chat() as server:
        server.says = '{"label": "violation", "quotes": ["银行卡号和密码"], "why": "phishing"}'
        settings = Settings(weights=always_in_doubt(tmp_path), judge_url=server.url)
        built = services(settings, ["text.scam"])
        [finding] = built.engine.scan(Text(body=lure)).findings
        assert not finding.opposed
        assert finding.evidence["second_opinion"] == "violation: phishing"
        assert built.second_opinion is not None
        assert built.second_opinion.counts["asked"] == 1
        server.status = 500
        later = built.engine.scan(Text(body=lure + "。"))
        assert all(f.opposed for f in later.findings)
        told = {note.what: note.reason for note in later.not_looked_at}
        assert told["second opinion on text.scam"] == "refused: HTTP 500"


def test_nobody_is_asked_by_default() -> None:
    assert services(Settings()).second_opinion is None


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (Settings(judge_url="nowhere"), "is no address"),
        (Settings(judge_url="http://127.0.0.1:1/v1", judge_form="yaml"), "no judge_form 'yaml'"),
        (Settings(judge_url="http://127.0.0.1:1/v1", judge_key_file="gone"), "judge_key_file"),
        (Settings(weights="gone"), "weights: no folder gone"),
    ],
)
def test_settings_that_do_not_fit_are_told(settings: Settings, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        _ = services(settings).engine


def test_weights_of_ones_own_are_not_what_was_measured(tmp_path: Path) -> None:
    own = services(Settings(weights=always_in_doubt(tmp_path)))
    assert "text.scam" not in own.measured


def test_incident_rooms_are_those_of_the_database_in_any_spelling(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no database"):
        _ = services(Settings()).incidents
    rooms = services(Settings(db=str(tmp_path / "a.db"))).incidents
    id = rooms.open("塌方", "云岭 塌方", "li")
    [told] = rooms.watch(id, [post("雲嶺那邊塌 方了")], "li")
    assert told["kept"] == 1


def test_accounts_are_those_of_the_database(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no database"):
        _ = services(Settings()).accounts
    built = services(Settings(db=str(tmp_path / "a.db")))
    _, token = built.accounts.add_key("ci", ["integration"], "li")
    assert services(Settings(db=str(tmp_path / "a.db"))).accounts.key(token).name == "ci"


RESTING = """
name = "own"
version = "1"
author = "trial"
surface = "content"
without_person = ["note", "label"]

[[rule]]
id = "stated"
row = "house_rule"
when = "remote.trial.hit"
do = "label"
because = "The endpoint states it."
"""


def test_an_endpoint_of_others_is_a_detector_where_the_settings_name_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAL_KEY", "s3cret")
    with vendor() as server:
        own = tmp_path / "own.toml"
        own.write_text(RESTING, "utf-8")
        settings = Settings(remotes=str(server.described(tmp_path)), policy=str(own))
        built = services(settings, ["remote.trial"])
        scanned = built.engine.scan(Text(body="你好"))
        assert [(f.detector, f.severity) for f in scanned.findings] == [("remote.trial", "high")]
        decision = built.decide(scanned)
        assert (decision.do, decision.needs_person) == ("label", True)
        server.status = 500
        [note] = built.engine.scan(Text(body="你好")).abstained
        assert (note.what, note.reason) == ("remote.trial", "refused: HTTP 500")
    assert "s3cret" not in repr(scanned)


def test_no_endpoint_of_others_is_there_by_default() -> None:
    assert not any(id.startswith("remote.") for id in services(Settings()).known)
