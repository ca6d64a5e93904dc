from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from qingjian.core.card import Card
from qingjian.core.errors import Abstain, ConfigError, NotFound
from qingjian.core.registry import MOST_FINDINGS, Detector, Registry, detector, discover
from qingjian.core.types import About, Finding, Scan, Scored, Span, Text, found

OWN = ["document.ai_label", "text.illicit_tool_promotion", "text.prescription", "text.scam"]
SOURCE = """
from qingjian.core.card import Card
from qingjian.core.registry import detector
from qingjian.core.types import Text, found

def card(id):
    return Card(id, Text, ("house_rule",), "low", "x", (), "x")

@detector(card({id!r}))
def one():
    return lambda item: iter([found("x")])
"""

Plugin = Callable[..., None]


def card(id: str = "text.thing", *, scoring: bool = False) -> Card:
    return Card(id, Text, ("house_rule",), "high", "a thing", (), "a test", scoring=scoring)


@detector(card())
def thing(word: str = "坏") -> Scan[Text]:
    def scan(item: Text) -> Iterator[Finding]:
        if item.about.role == "user":
            raise Abstain("only text the service wrote is judged")
        at = item.body.find(word)
        if at >= 0:
            against = ["a warning"] if "警方" in item.body else []
            yield found(f"says {word}", Span(at, at + len(word)), against=against)

    return scan


@detector(card("text.scored", scoring=True))
def scored() -> Scan[Text]:
    return lambda item: Scored(0.75, (found("x", score=0.75),) if item.body else ())


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plugin]:
    """Install distributions of one module each, with entry points into our group."""
    made: list[str] = []

    def install(module: str, source: str, point: str) -> None:
        (tmp_path / f"{module}.py").write_text(source, "utf-8")
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[qingjian.detectors]\n{point}\n")
        made.append(module)
        monkeypatch.syspath_prepend(tmp_path)

    yield install
    for module in made:
        sys.modules.pop(module, None)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Write a package like `qingjian.detectors` and give its name."""

    def write(**modules: str) -> str:
        for name, source in modules.items():
            family, _, module = name.partition("__")
            folder = tmp_path / "other_room" / family
            folder.mkdir(parents=True, exist_ok=True)
            for package in (folder.parent, folder):
                (package / "__init__.py").touch()
            (folder / f"{module}.py").write_text(source, "utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        return "other_room"

    yield write
    for name in [m for m in sys.modules if m.partition(".")[0] == "other_room"]:
        del sys.modules[name]


def test_our_own_detectors_are_found_by_their_address_in_order() -> None:
    registry = discover()
    assert [id for id in registry.detectors if id in OWN] == OWN
    assert list(registry.detectors) == sorted(registry.detectors)
    assert all(one.card.id == id for id, one in registry.detectors.items())
    assert registry.broken == ()


def test_a_finding_is_stamped_with_id_and_severity_of_the_card() -> None:
    seen = thing.build()(Text(body="很坏"))
    assert seen.findings == (
        Finding("says 坏", Span(1, 2), detector="text.thing", severity="high"),
    )
    assert math.isnan(seen.score)
    assert thing.build()(Text(body="好")).findings == ()


def test_counter_evidence_takes_the_severity_down_to_info() -> None:
    one = thing.build()(Text(body="警方:很坏")).findings[0]
    assert (one.severity, one.opposed) == ("info", True)


def test_the_factory_takes_its_parameters() -> None:
    assert thing.build(word="骗")(Text(body="坏骗")).findings[0].at == Span(1, 2)


def test_abstaining_comes_through() -> None:
    with pytest.raises(Abstain, match="service wrote"):
        thing.build()(Text(body="坏", about=About(role="user")))


def test_a_scoring_detector_keeps_its_score_hit_or_not() -> None:
    scan = scored.build()
    assert scan(Text(body="")) == Scored(0.75)
    hit = scan(Text(body="x"))
    assert hit.score == 0.75
    assert [(f.detector, f.severity, f.score) for f in hit.findings] == [
        ("text.scored", "high", 0.75)
    ]


def test_an_unknown_id_is_told_with_the_nearest() -> None:
    registry = Registry({"text.scam": thing, "image.face": thing})
    assert registry.get("text.scam") is thing
    with pytest.raises(NotFound, match=r"no detector 'text\.scan'") as caught:
        registry.get("text.scan")
    assert caught.value.hint == "did you mean: text.scam"
    with pytest.raises(NotFound) as far:
        registry.get("zzz")
    assert far.value.hint == "did you mean: text.scam, image.face"


def test_a_plugin_is_found_beside_ours(plugin: Plugin) -> None:
    plugin("qj_plug_good", SOURCE.format(id="text.from_a_plugin"), "good = qj_plug_good:one")
    registry = discover()
    assert isinstance(registry.get("text.from_a_plugin"), Detector)
    assert set(OWN) < set(registry.detectors)
    assert registry.broken == ()


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        ("1 / 0", ":one", "ZeroDivisionError: division by zero"),
        ("import nowhere_at_all", ":one", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("import sys; sys.exit('no licence')", ":one", "SystemExit: no licence"),
        ("x = (", ":one", "SyntaxError: '(' was never closed"),
        ("", ":one", "AttributeError: module 'qj_plug_bad' has no attribute 'one'"),
        ("one = 1", ":one", "ConfigError: qj_plug_bad:one is no Detector"),
        ("def one(): pass", ":one", "ConfigError: qj_plug_bad:one is no Detector"),
        (SOURCE.format(id="text.scam"), ":one", "ConfigError: text.scam is taken"),
        (SOURCE.format(id="NOT AN ID"), ":one", "ConfigError: 'NOT AN ID' is no detector id"),
    ],
)
def test_a_broken_plugin_is_told_and_stops_nothing(
    plugin: Plugin, source: str, target: str, told: str
) -> None:
    plugin("qj_plug_bad", source, f"bad = qj_plug_bad{target}")
    plugin("qj_plug_fine", SOURCE.format(id="text.fine"), "fine = qj_plug_fine:one")
    registry = discover()
    assert [note.what for note in registry.broken] == ["plugin bad"]
    assert registry.broken[0].reason.startswith(told)
    assert {*OWN, "text.fine"} <= set(registry.detectors)
    assert registry.get("text.scam").factory.__module__ == "qingjian.detectors.text.scam"


def test_of_two_plugins_with_one_id_the_first_by_name_counts(plugin: Plugin) -> None:
    for name in ("b", "a"):
        plugin(f"qj_twin_{name}", SOURCE.format(id="text.twin"), f"{name} = qj_twin_{name}:one")
    registry = discover()
    assert registry.get("text.twin").factory.__module__ == "qj_twin_a"
    assert [(n.what, n.reason) for n in registry.broken] == [
        ("plugin b", "ConfigError: text.twin is taken")
    ]


def test_a_room_is_read_family_by_family_and_instruments_are_left_out(
    room: Callable[..., str],
) -> None:
    name = room(
        text__thing=SOURCE.format(id="text.thing"),
        image__other=SOURCE.format(id="image.other"),
        instruments__broken="1 / 0",
        text__words="LIST = ()",
    )
    ours = {id for id, d in discover(name).detectors.items() if d.factory.__module__[:5] == "other"}
    assert ours == {"text.thing", "image.other"}


def test_an_id_that_is_not_the_address_is_refused(room: Callable[..., str]) -> None:
    name = room(text__thing=SOURCE.format(id="text.thong"))
    with pytest.raises(ConfigError, match=r"text\.thong stands in the module of text\.thing"):
        discover(name)


def test_an_id_that_stands_twice_is_refused(room: Callable[..., str]) -> None:
    twice = SOURCE.format(id="text.thing") + "\ntwo = detector(one.card)(one.factory)\n"
    with pytest.raises(ConfigError, match=r"text\.thing stands twice"):
        discover(room(text__thing=twice))


def test_a_second_name_for_one_detector_is_no_second_detector(room: Callable[..., str]) -> None:
    name = room(text__thing=SOURCE.format(id="text.thing") + "\nalias = one\n")
    assert "text.thing" in discover(name).detectors


def test_findings_without_end_are_cut_off() -> None:
    @detector(card())
    def endless() -> Scan[Text]:
        return lambda item: (found("x") for _ in count())

    assert len(endless.build()(Text()).findings) == MOST_FINDINGS + 1
