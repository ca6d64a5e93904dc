"""A generator's output labelled by the example, and seen by the command line and by others."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from tests import needs
from tests.process import EXAMPLES, environment, qingjian

from qingjian.labels import label
from qingjian.labels.explicit.write import check_explicit

EXAMPLE = EXAMPLES / "label_service.py"
PRODUCER = "001191110000000000000E10000"


def example(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(EXAMPLE), *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_what_the_example_makes_is_labelled_for_people_and_machines(tmp_path: Path) -> None:
    needs.package("PIL")
    needs.font()
    ran = example("out.png", folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    said = ran.stdout.splitlines()
    assert said[:3] == ["confirmed", "valid", "本内容由人工智能生成合成"]
    assert PRODUCER in said[3]

    picture = (tmp_path / "out.png").read_bytes()
    seen = check_explicit(picture, "out.png")
    assert seen.fit
    assert {rule.id for rule in seen.rules} >= {"words", "height", "position", "contrast"}
    (mark,) = label.read(picture)
    assert (mark.label, mark.deviations) == ("1", ())
    assert (mark.fields["ContentProducer"], mark.fields["ProduceID"]) == (PRODUCER, "img-1")

    (row,) = qingjian("label", "verify", "out.png", "--json", folder=tmp_path).rows
    assert (row["verdict"], row["marks"][0]["signature"]) == ("confirmed", "unpinned")


def test_another_program_reads_the_label_of_the_example(tmp_path: Path) -> None:
    needs.package("PIL")
    needs.font()
    exiftool = needs.tool("exiftool")
    assert example("out.png", folder=tmp_path).returncode == 0
    command = [exiftool, "-j", "-XMP:all", str(tmp_path / "out.png")]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    (told,) = json.loads(ran.stdout)
    (value,) = (value for key, value in told.items() if key.casefold() == "aigc")
    seen = json.loads(value)
    assert (seen["Label"], seen["ContentProducer"]) == ("1", PRODUCER)


def test_a_changed_picture_no_longer_holds(tmp_path: Path) -> None:
    needs.package("PIL")
    needs.font()
    assert example("out.png", folder=tmp_path).returncode == 0
    path = tmp_path / "out.png"
    picture = path.read_bytes()
    (mark,) = label.read(picture)
    assert mark.fields["ReservedCode1"].startswith("QJ1.ED25519.")
    forged = label.mark(PRODUCER, "img-2", ReservedCode1=mark.fields["ReservedCode1"])
    path.write_bytes(label.write(picture, forged))
    ran = qingjian("label", "verify", path)
    assert ran.code == 0
    assert ran.out.startswith(f"{path} (png): contradicted\n")


def test_without_a_name_the_example_shows_how_it_is_called(tmp_path: Path) -> None:
    needs.package("PIL")
    ran = example(folder=tmp_path)
    assert ran.returncode == 1
    assert re.search(r"^Usage: python examples/label_service\.py out\.png$", ran.stderr, re.M)
    assert not list(tmp_path.iterdir())
