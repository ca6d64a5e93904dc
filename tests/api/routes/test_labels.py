from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.api.door import Answer, Door
from tests.needs import ROOT

from qingjian import label

SCHEMA = json.loads((ROOT / "docs" / "reference" / "contract.schema.json").read_text("utf-8"))
ROW = Draft202012Validator({**SCHEMA["$defs"]["label_row"], "$defs": SCHEMA["$defs"]})
NOTE = "# 标题\n\n正文。\n".encode()
NAMES = {"producer": "某公司", "produce_id": "7"}


def sent(
    door: Door, path: str, data: bytes, name: str, fields: Mapping[str, str] | None = None
) -> Answer:
    """Upload a file as a form."""
    parts = [
        f'--cut\r\ncontent-disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
        for k, v in (fields or {}).items()
    ]
    head = f'--cut\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = b"".join([*parts, head.encode(), data, b"\r\n--cut--\r\n"])
    told = {"content-type": "multipart/form-data; boundary=cut"}
    return door.ask("feed", "POST", path, body=body, headers=told)


def test_a_label_is_written_read_and_verified(door: Door) -> None:
    made = sent(door, "/label/write", NOTE, "note.md", NAMES)
    assert made.status == 200
    assert made.headers["content-type"] == "application/octet-stream"
    mark = json.loads(made.headers["qingjian-mark"])
    assert (mark["producer"], mark["label"]) == ("某公司", "1")
    assert NOTE in made.body
    assert [m.label for m in label.read(made.body, "note.md")] == ["1"]
    for path in ("/label/read", "/label/verify"):
        row = sent(door, path, made.body, "note.md").json
        assert list(ROW.iter_errors(row)) == []
        assert (row["file"], row["verdict"]) == ("note.md", "confirmed")


def test_what_the_user_declares_counts(door: Door) -> None:
    verdicts = [
        sent(door, "/label/verify", NOTE, "note.md", {"declared": said}).json["verdict"]
        for said in ("true", "false")
    ]
    assert verdicts == ["possible", "unmarked"]


def test_no_name_touches_the_disk(door: Door, tmp_path: Path) -> None:
    victim = tmp_path / "victim.md"
    victim.write_bytes(NOTE)
    for name in (str(victim), f"../..{victim}", "a\\..\\victim.md", "x" * 900 + ".md"):
        made = sent(door, "/label/write", b"other", name, NAMES)
        assert made.status == 200
        row = sent(door, "/label/read", made.body, name).json
        assert "/" not in row["file"] and "\\" not in row["file"]
    assert victim.read_bytes() == NOTE
    assert list(tmp_path.iterdir()) == [victim]


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_what_has_no_place_for_a_label_is_told(door: Door, data: bytes) -> None:
    assert sent(door, "/label/read", data, "a.png").json["verdict"] in ("damaged", "unsupported")
    refused = sent(door, "/label/write", data, "a.png", NAMES)
    assert refused.status == 422
    assert set(refused.json["error"]) == {"code", "what", "hint"}


def test_a_form_that_lacks_something_is_told(door: Door) -> None:
    refused = sent(door, "/label/write", NOTE, "note.md", {"producer": "p"})
    assert (refused.status, refused.code) == (422, "invalid")
    refused = sent(door, "/label/write", NOTE, "note.md", {**NAMES, "label": "4"})
    assert refused.status == 422
    refused = door.ask("feed", "POST", "/label/read", body=b"x")
    assert refused.status == 422
