"""
Evidence for tests: a small desk, its zip, and the zip with something changed in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy.engine import Engine
from tests.cases.desk import GROUND, REASON, ROW, Hands, opened

from qingjian.cases import acts
from qingjian.cases.case import Case
from qingjian.cases.proof import Proof
from qingjian.cases.sql import Cases
from qingjian.reports.evidence.bundle import Manifest
from qingjian.reports.evidence.export import Maker, Wanted, export

MAKER = Maker("0.1.0", {"text.scam": "1"}, 1_784_332_800.0)
WORDS = "有人冒充我 要钱\n“\\u2028”"


def desk(engine: Engine) -> list[Case]:
    """Give two cases; in the first somebody reported and somebody ruled."""
    cases = Cases(engine, clock=Hands())
    first, second = opened(cases, "p1"), opened(cases, "p2")
    cases.report("content", "p1", "user-9", "user-7", WORDS)
    cases.act(first.id, "li", lambda case, at: acts.claim(case, "li", at))
    ground = acts.Ground(ROW, GROUND, REASON)
    asked = [acts.Asked("remove")]
    cases.act(first.id, "li", lambda case, at: acts.rule(case, "li", ground, asked, at))
    return [cases.get(first.id), cases.get(second.id)]


def exported(engine: Engine, output: Path, *cases: str, content: bool = True) -> Manifest:
    """Write the zip of a desk."""
    return export(Proof(engine, "default"), Wanted(cases, content), output, MAKER)


def files(path: Path) -> dict[str, bytes]:
    """Give what lies in a zip."""
    with ZipFile(path) as zip:
        return {info.filename: zip.read(info) for info in zip.infolist()}


def zipped(path: Path, held: Mapping[str, bytes]) -> Path:
    """Write a zip of these files."""
    with ZipFile(path, "w", ZIP_DEFLATED) as zip:
        for name, data in held.items():
            zip.writestr(name, data)
    return path
