"""What is exported, also as somebody checks it who knows nothing but the README."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.cases.desk import Hands, opened, row
from tests.cases.kept import Keeping, order
from tests.cases.policy import KNOWN, text
from tests.needs import tool
from tests.reports.evidence.made import MAKER, WORDS, desk, exported, files

from qingjian.cases.event import OF_ORDERS
from qingjian.cases.orders import Orders
from qingjian.cases.policies import Policies
from qingjian.cases.proof import Proof
from qingjian.cases.sql import Cases
from qingjian.core.errors import DamagedFile, NotFound, UsageError
from qingjian.reports.evidence import export as module
from qingjian.reports.evidence.check import check
from qingjian.reports.evidence.export import GONE, WITHHELD, Wanted, export
from qingjian.store.engine import open_store
from qingjian.store.tables.case import EVENT, SNAPSHOT

COMMAND = re.compile(" {7}(for|sed|sha256sum) ")


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    return open_store(f"{tmp_path}/a.db")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def followed(held: dict[str, bytes]) -> None:
    """Check evidence by the words of its README, sections 2a to 2e."""
    manifest = json.loads(held["manifest.json"])
    names = {n.removeprefix("snapshots/") for n in held if n.startswith("snapshots/")}
    assert all(sha256(held[f"snapshots/{name}"]) == name for name in names)
    for name in ("events.jsonl", "absent.jsonl", "README.txt"):
        assert sha256(held[name]) == manifest["files"][name]
    absent = {json.loads(line)["sha256"] for line in held["absent.jsonl"].splitlines()}
    whole, last = manifest["scope"] == "all", (0, "0" * 64)
    for line in held["events.jsonl"].splitlines():
        one = json.loads(line)
        assert one["hash"] == sha256((one["before"] + one["body"]).encode())
        if whole:
            assert (one["seq"], one["before"]) == (last[0] + 1, last[1])
        last = (one["seq"], one["hash"])
        number, _case, _at, _who, what, data = json.loads(one["body"])
        assert number == one["seq"]
        said = [data[k] for k in ("row", "item") if what == "found" and data.get(k)]
        said += [w for w in [data.get("words", "")] if re.fullmatch("[0-9a-f]{64}", w)]
        if manifest["content"]:
            assert set(said) <= names | absent
    if whole:
        assert last == (manifest["head"]["seq"], manifest["head"]["hash"])


def test_the_whole_chain_is_as_its_readme_says(engine: sa.Engine, tmp_path: Path) -> None:
    desk(engine)
    made = exported(engine, tmp_path / "e.zip")
    held = files(tmp_path / "e.zip")
    followed(held)
    cases = Cases(engine)
    seq, hash = cases.verify()
    assert (made.head, made.scope, made.counts["events"]) == (
        {"seq": seq, "hash": hash},
        "all",
        seq,
    )
    assert made.counts["snapshots"] == sum(n.startswith("snapshots/") for n in held) == 7
    assert held[f"snapshots/{sha256(WORDS.encode())}"] == WORDS.encode()
    assert (made.detectors, made.tool) == ({"text.scam": "1"}, "0.1.0")


def test_the_commands_of_the_readme_work(engine: sa.Engine, tmp_path: Path) -> None:
    desk(engine)
    made = exported(engine, tmp_path / "e.zip")
    unpacked = tmp_path / "u"
    subprocess.run([tool("unzip"), "-q", tmp_path / "e.zip", "-d", unpacked], check=True)
    text = (unpacked / "README.txt").read_text("utf-8")
    tool("sha256sum")
    commands = [line.strip() for line in text.splitlines() if COMMAND.match(line)]
    assert commands[:3] == commands[3:], "the same in both languages"

    def told(command: str) -> str:
        ran = subprocess.run(["bash", "-c", command], cwd=unpacked, capture_output=True, check=True)
        return ran.stdout.decode()

    first = json.loads((unpacked / "events.jsonl").read_bytes().splitlines()[0])
    assert told(commands[0]) == ""
    assert told(commands[1]).split()[::2] == [
        made.files[name] for name in ("events.jsonl", "absent.jsonl", "README.txt")
    ]
    assert told(commands[2]).split()[0] == first["hash"]
    some = next((unpacked / "snapshots").iterdir())
    some.write_bytes(some.read_bytes() + b"x")
    ran = subprocess.run(
        ["bash", "-c", commands[0]], cwd=unpacked, capture_output=True, check=False
    )
    assert (ran.returncode, some.name in ran.stdout.decode()) == (1, True)


def test_some_cases_are_all_their_events_and_no_others(engine: sa.Engine, tmp_path: Path) -> None:
    first, second = desk(engine)
    made = exported(engine, tmp_path / "e.zip", second.id, second.id)
    held = files(tmp_path / "e.zip")
    followed(held)
    lines = [json.loads(line) for line in held["events.jsonl"].splitlines()]
    assert {json.loads(one["body"])[1] for one in lines} == {second.id}
    assert (made.scope, made.cases, len(lines)) == ("cases", (second.id,), second.events)
    assert made.counts == {"events": 2, "cases": 1, "snapshots": 2, "absent": 0}
    assert first.seen[0].item not in "".join(held)


def test_without_content_nothing_is_put_in_that_was_looked_at(
    engine: sa.Engine, tmp_path: Path
) -> None:
    desk(engine)
    made = exported(engine, tmp_path / "e.zip", content=False)
    held = files(tmp_path / "e.zip")
    followed(held)
    assert set(held) == {"manifest.json", "events.jsonl", "absent.jsonl", "README.txt"}
    assert (made.content, made.counts["snapshots"]) == (False, 0)
    assert "快转账" not in held["events.jsonl"].decode()


def test_what_is_gone_and_what_is_about_minors_is_listed(engine: sa.Engine, tmp_path: Path) -> None:
    cases = Cases(engine)
    gone = opened(cases, "p1").seen[0]
    finding = {**row()["findings"][0], "serves": ["2.7.minor_unsuitable"]}
    kept = opened(cases, "p2", findings=[finding]).seen[0]
    with engine.begin() as db:
        db.execute(sa.delete(SNAPSHOT).where(SNAPSHOT.c.hash == gone.item))
    made = exported(engine, tmp_path / "e.zip")
    held = files(tmp_path / "e.zip")
    followed(held)
    listed = [json.loads(line) for line in held["absent.jsonl"].splitlines()]
    assert {one["sha256"]: one["why"] for one in listed} == {
        gone.item: GONE,
        kept.item: WITHHELD["minors"],
        kept.row: WITHHELD["minors"],
    }
    assert made.counts["absent"] == 3


def test_an_empty_desk_is_exported_too(engine: sa.Engine, tmp_path: Path) -> None:
    made = exported(engine, tmp_path / "e.zip")
    followed(files(tmp_path / "e.zip"))
    assert made.counts["events"] == 0


def test_what_happens_while_it_is_written_is_left_for_the_next(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk(engine)
    before = Cases(engine).verify()
    end = Proof.end

    def late(proof: Proof) -> tuple[int, str]:
        told = end(proof)
        opened(Cases(engine), "p3")
        return told

    monkeypatch.setattr(Proof, "end", late)
    made = exported(engine, tmp_path / "e.zip")
    followed(files(tmp_path / "e.zip"))
    assert (made.head["seq"], made.head["hash"]) == before


@pytest.mark.parametrize("broken", ["chain", "case", "disk"])
def test_a_failure_leaves_the_old_file_and_nothing_beside_it(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    desk(engine)
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "e.zip").write_bytes(b"old")
    wanted, error = Wanted(), DamagedFile
    if broken == "chain":
        with engine.begin() as db:
            db.execute(sa.update(EVENT).where(EVENT.c.seq == 3).values(body="[3]"))
    elif broken == "case":
        wanted, error = Wanted(("none",)), NotFound  # type: ignore[assignment]  # both are ours
    else:
        error = UsageError  # type: ignore[assignment]  # both are ours

        def full(handle: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(error):
        export(Proof(engine, "default"), wanted, folder / "e.zip", MAKER)
    assert [(p.name, p.read_bytes()) for p in folder.iterdir()] == [("e.zip", b"old")]


def test_a_place_that_cannot_be_written_is_refused(engine: sa.Engine, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        exported(engine, tmp_path / "none" / "e.zip")


def test_only_its_owner_reads_it_and_progress_is_told(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk(engine)
    monkeypatch.setattr(module, "_EVERY", 2)
    done: list[int] = []
    path = tmp_path / "e.zip"
    made = export(Proof(engine, "default"), Wanted(), path, MAKER, done.append)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    events = made.counts["events"]
    assert done == [*range(2, events + 1, 2), *(events + n for n in (2, 4, 6))]


def test_an_order_is_part_of_the_proof_and_no_case(engine: sa.Engine, tmp_path: Path) -> None:
    desk(engine)
    keeping = Keeping(engine)
    orders = Orders(engine, keeping.cases)
    entered = orders.enter(order(keeping.clock(), "ordered-1"), "li")
    orders.close(entered.id, "wu", "发文机关已经撤回")
    made = exported(engine, tmp_path / "a.zip")
    assert made.counts["cases"] == 3, "that of its item, not the order"
    assert check(tmp_path / "a.zip").broken == []
    told = files(tmp_path / "a.zip")["events.jsonl"].decode()
    assert all(what in told for what in OF_ORDERS)


def test_a_policy_and_its_text_are_part_of_the_proof_and_no_case(
    engine: sa.Engine, tmp_path: Path
) -> None:
    desk(engine)
    version = Policies(engine, clock=Hands()).add(text(), "li", KNOWN)
    made = exported(engine, tmp_path / "a.zip")
    assert made.cases == () and made.counts["cases"] == 2
    told = check(tmp_path / "a.zip")
    assert told.broken == []
    assert any(version.hash in name for name in files(tmp_path / "a.zip"))
