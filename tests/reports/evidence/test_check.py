from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reports.evidence.made import desk, exported, files, zipped

from qingjian.core.errors import DamagedFile
from qingjian.reports.evidence import check as module
from qingjian.reports.evidence.check import Checked, check
from qingjian.store.engine import open_store

Held = dict[str, bytes]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    engine = open_store(f"{folder}/a.db")
    first, _ = desk(engine)
    exported(engine, folder / "all.zip")
    exported(engine, folder / "some.zip", first.id)
    exported(engine, folder / "bare.zip", content=False)
    return folder


def lines(held: Held) -> list[dict[str, Any]]:
    return [json.loads(line) for line in held["events.jsonl"].splitlines()]


def put(held: Held, events: list[dict[str, Any]]) -> None:
    """Put events in, with the digest in the manifest as it then has to be."""
    data = b"".join(json.dumps(one).encode() + b"\n" for one in events)
    held["events.jsonl"] = data
    manifest = json.loads(held["manifest.json"])
    manifest["files"]["events.jsonl"] = sha256(data).hexdigest()
    manifest["counts"]["events"] = len(events)
    held["manifest.json"] = json.dumps(manifest).encode()


def told(path: Path, change: Callable[[Held], None], name: str = "all.zip") -> list[str]:
    """Give what is broken in a zip after a change to its files."""
    held = files(path / name)
    change(held)
    seen = check(zipped(path / "changed.zip", held))
    assert seen.faults == len(seen.broken)
    return [f"{note.what}: {note.reason}" for note in seen.broken]


@pytest.mark.parametrize("name", ["all.zip", "some.zip", "bare.zip"])
def test_what_was_exported_is_whole(whole: Path, name: str) -> None:
    seen = check(whole / name)
    assert (seen.whole, seen.broken) == (True, [])
    assert seen.manifest is not None
    counts = seen.manifest.counts
    assert (seen.events, seen.snapshots) == (counts["events"], counts["snapshots"])
    assert told(whole, lambda held: None, name) == []


def rebodied(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "body": one["body"].replace("user-9", "user-8").replace("li", "wu")}


def rehashed(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "hash": sha256((one["before"] + one["body"]).encode()).hexdigest()}


def test_an_event_that_was_changed_is_named(whole: Path) -> None:
    def change(held: Held) -> None:
        events = lines(held)
        events[0] = rebodied(events[0])
        put(held, events)

    [said] = told(whole, change)
    assert said.startswith("event 1: it was changed")


def test_an_event_that_was_changed_with_its_hash_breaks_the_next(whole: Path) -> None:
    def change(held: Held) -> None:
        events = lines(held)
        events[0] = rehashed(rebodied(events[0]))
        put(held, events)

    assert told(whole, change) == ["event 2: it does not follow event 1"]


def test_the_last_event_changed_with_its_hash_does_not_fit_the_head(whole: Path) -> None:
    def change(held: Held) -> None:
        events = lines(held)
        events[-1] = rehashed({**events[-1], "body": events[-1]["body"] + " "})
        put(held, events)

    [said] = told(whole, change)
    assert said.startswith("manifest.json: its head is not the hash of event ")


def test_an_event_that_is_left_out_is_named_in_the_whole_chain_alone(whole: Path) -> None:
    def change(held: Held) -> None:
        put(held, [one for one in lines(held) if one["seq"] != 6])

    assert "event 7: event 6 before it is missing" in told(whole, change)
    assert told(whole, change, "some.zip") == [], "some cases cannot show it, as the docs say"


def test_an_end_that_was_cut_off_is_named(whole: Path) -> None:
    def change(held: Held) -> None:
        put(held, lines(held)[:5])

    assert any(said.startswith("event 6: it is missing, to event ") for said in told(whole, change))


def test_events_in_another_order_twice_or_of_another_case_are_named(whole: Path) -> None:
    def turned(held: Held) -> None:
        events = lines(held)
        put(held, [events[1], events[0], *events[2:]])

    assert "event 1: it stands behind event 2" in told(whole, turned)

    def twice(held: Held) -> None:
        put(held, [*lines(held)[:2], *lines(held)[1:]])

    assert told(whole, twice)[0] == "event 2: it stands behind event 2"
    others = lines(files(whole / "all.zip"))

    def foreign(held: Held) -> None:
        put(held, [*lines(held)[:2], others[2], *lines(held)[2:]])

    assert "which was not asked for" in told(whole, foreign, "some.zip")[0]


def test_an_event_whose_bytes_are_of_another_number_is_named(whole: Path) -> None:
    def change(held: Held) -> None:
        events = lines(held)
        events[-1]["seq"] += 1
        manifest = json.loads(held["manifest.json"])
        manifest["head"]["seq"] += 1
        held["manifest.json"] = json.dumps(manifest).encode()
        put(held, events)

    assert ": its bytes are of another event" in told(whole, change)[0]


@pytest.mark.parametrize(
    "line",
    [b"", b"{}", b"[]", b"1", b"\xff", b'{"seq": 1}', b"[" * 3000]
    + [
        json.dumps({"seq": seq, "before": before, "body": body, "hash": "x"}).encode()
        for seq, before, body in (
            (True, "", "[]"),
            (1, 2, "[]"),
            (1, "", 3),
            (1, "", "[1]"),
            (1, "", '[1, 2, 3, 4, "found", 6]'),
        )
    ],
)
def test_a_line_that_is_no_event_is_named(whole: Path, line: bytes) -> None:
    def change(held: Held) -> None:
        data = held["events.jsonl"]
        held["events.jsonl"] = data + line + b"\n"

    said = told(whole, change)
    assert f"events.jsonl, line {len(lines(files(whole / 'all.zip'))) + 1}: it is no event" in said
    assert "events.jsonl: its digest is not the one in the manifest" in said


def test_a_case_that_is_no_text_is_only_another_case(whole: Path) -> None:
    def change(held: Held) -> None:
        one = {"seq": 99, "before": "", "body": '[99,{},0,"","viewed",{}]', "hash": "x"}
        put(held, [*lines(held), one])

    assert told(whole, change)[0].startswith("event 99: it was changed")
    assert told(whole, change, "some.zip")[0].startswith("event 99: it was changed")


def test_a_snapshot_that_was_changed_is_named(whole: Path) -> None:
    name = next(n for n in files(whole / "all.zip") if n.startswith("snapshots/"))
    [said] = told(whole, lambda held: held.update({name: b"other"}))
    assert said.startswith(f"{name}: it was changed: its digest is ")


def test_a_snapshot_that_is_missing_too_many_or_said_to_be_absent_is_named(whole: Path) -> None:
    name = next(n for n in files(whole / "all.zip") if n.startswith("snapshots/"))
    assert f"{name}: an event names it, and it is missing" in told(
        whole, lambda held: void(held.pop(name))
    )
    extra = "snapshots/" + sha256(b"more").hexdigest()
    assert f"{extra}: no event that is here names it" in told(
        whole, lambda held: held.update({extra: b"more"})
    )
    line = json.dumps({"sha256": name[-64:], "why": "gone"}).encode() + b"\n"
    said = told(whole, lambda held: held.update({"absent.jsonl": line}))
    assert f"{name}: it is here, and absent.jsonl says it is not" in said
    odd = told(whole, lambda held: held.update({"absent.jsonl": b'{"sha256": "zz"}\n'}))
    assert "absent.jsonl, line 1: it names no digest" in odd
    assert "absent.jsonl: its digest is not the one in the manifest" in odd


def void(_: object) -> None:
    """Take no notice of what a change gives back."""


@pytest.mark.parametrize("name", ["manifest.json", "events.jsonl", "absent.jsonl", "README.txt"])
def test_a_file_that_is_missing_or_changed_is_named(whole: Path, name: str) -> None:
    assert f"{name}: it is missing" in told(whole, lambda held: void(held.pop(name)))
    assert any(
        said.startswith(name) for said in told(whole, lambda held: held.update({name: b"x"}))
    )


def test_a_manifest_that_counts_otherwise_is_named(whole: Path) -> None:
    def change(held: Held) -> None:
        manifest = json.loads(held["manifest.json"])
        manifest["counts"]["snapshots"] += 1
        manifest["cases"] = ["none"]
        held["manifest.json"] = json.dumps(manifest).encode()

    said = told(whole, change)
    assert "manifest.json: it says 8 snapshots, here are 7" in said
    assert "case none: it was asked for, and none of its events is here" in said


@pytest.mark.parametrize("name", ["../../etc/passwd", "/abs", "a\\b", "snapshots/x", "C:evil"])
def test_a_name_that_does_not_belong_is_named_and_nothing_is_written(
    whole: Path, name: str
) -> None:
    before = sorted(whole.rglob("*"))
    assert told(whole, lambda held: held.update({name: b"x"})) == [
        f"{name}: it does not belong in evidence"
    ]
    assert {*whole.rglob("*")} - {*before} <= {whole / "changed.zip"}


def test_a_name_that_stands_twice_is_named(whole: Path) -> None:
    held = files(whole / "all.zip")
    path = zipped(whole / "twice.zip", held)
    with zipfile.ZipFile(path, "a") as zip, pytest.warns(UserWarning, match="Duplicate"):
        zip.writestr("manifest.json", b"{}")
    [note] = check(path).broken
    assert (note.what, note.reason) == ("manifest.json", "it stands more than once")


def test_other_packing_is_named(whole: Path) -> None:
    path = whole / "odd.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as zip:
        zip.writestr("manifest.json", b"{}")
    assert [n.what for n in check(path).broken] == ["manifest.json", "manifest.json"]


def test_a_hash_that_was_noted_is_found_in_the_chain_or_not(whole: Path) -> None:
    third = lines(files(whole / "all.zip"))[2]["hash"]
    assert check(whole / "all.zip", third).noted == 3
    seen = check(whole / "all.zip", "f" * 64)
    assert [n.what for n in seen.broken] == ["hash " + "f" * 64]


def test_only_the_first_faults_are_listed_and_all_are_counted() -> None:
    seen = Checked()
    for n in range(250):
        seen.tell(str(n), "x")
    assert (seen.faults, len(seen.broken), seen.whole) == (250, 100, False)


def test_progress_is_told(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_EVERY", 3)
    done: list[int] = []
    check(whole / "all.zip", tick=done.append)
    assert done and done == sorted(done)


@given(st.data())
def test_no_change_of_a_byte_goes_unseen_or_breaks_the_check(
    whole: Path, data: st.DataObject
) -> None:
    held = files(whole / "all.zip")
    name = data.draw(st.sampled_from(sorted(set(held) - {"manifest.json", "absent.jsonl"})))
    at = data.draw(st.integers(0, len(held[name]) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    changed = bytearray(held[name])
    changed[at] ^= bit
    held[name] = bytes(changed)
    seen = check(zipped(whole / "byte.zip", held))
    assert not seen.whole
    assert any(name in note.what for note in seen.broken)


@given(st.data())
def test_no_damage_to_the_zip_itself_breaks_the_check(whole: Path, data: st.DataObject) -> None:
    raw = bytearray((whole / "all.zip").read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = whole / "damaged.zip"
    path.write_bytes(raw)
    try:
        seen = check(path)
    except DamagedFile:
        return
    if seen.whole:
        assert files(path) == files(whole / "all.zip")
