"""
How fast labels are read and written, beside exiftool and cntc260 in the same run.

Usage: python benchmarks/labels.py [--write] [--rounds 12] [--least-s 0.3]
Needs the extra `media`. exiftool is found through PATH; cntc260 is no requirement of ours: with
`pip install cntc260 python-xmp-toolkit` and libexempi it is measured, else the result says so.
Everyone works on the same files, in turns within a round; a figure is the median of the rounds with
its range, a ratio the median of the rounds' ratios with theirs. Peers do not sync what they write;
ours is measured without and with it, and validates and reads back as always. exiftool copies the
file as we do; cntc260 changes it in place, so that a crash in between leaves it torn. How fast a
file is copied and renamed without any label is measured beside them, and how fast a file is opened
and looked at, without and with a blind search for JSON: what Python takes at the least.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.metadata
import importlib.util
import io
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

import floors  # type: ignore[import-not-found]  # it stands beside this script
from qingjian.core.clock import today
from qingjian.labels import label
from qingjian.labels.gb45438 import FIELDS, written
from qingjian.labels.xmp import NAMESPACE

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "labels.json"
MARK = label.mark("001191110102MACQD9K64010000", "cc75f5e99aae4210960acb722f10974e")
SEED = 20261122
COPIES = 20
KINDS = ("png", "jpeg", "mp4")
GOALS = (
    *(("read", kind, "ours", "exiftool", 20.0) for kind in KINDS),
    *(("write", kind, "ours", "exiftool", 20.0) for kind in ("png", "mp4")),
    ("write", "jpeg", "ours", "cntc260", 1.0),
)
"""What is done, with what, by whom, beside whom, and how many times faster that should be."""
BIG_BYTES = 4 << 30
MOST_MEMORY_BYTES = 128_000_000
CONFIG = """
%Image::ExifTool::UserDefined = ('Image::ExifTool::XMP::Main' => {
  TC260 => { SubDirectory => { TagTable => 'Image::ExifTool::UserDefined::TC260' } } });
%Image::ExifTool::UserDefined::TC260 = (GROUPS => { 0 => 'XMP', 1 => 'XMP-TC260', 2 => 'Image' },
  NAMESPACE => { 'TC260' => '__NAMESPACE__' }, WRITABLE => 'string', AIGC => { });
1;
""".replace("__NAMESPACE__", NAMESPACE)
LABEL_BIG = """
import json, sys, time
from pathlib import Path
from qingjian.labels import label
def peak():
    told = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in told if line.startswith("VmHWM"))
at_start, began = peak(), time.perf_counter()
mark = label.mark("001191110102MACQD9K64010000", "cc75f5e99aae4210960acb722f10974e")
label.write_file(sys.argv[1], mark, to=sys.argv[2])
print(json.dumps([time.perf_counter() - began, at_start, peak()]))
"""
Act = Callable[[Path], object]


def noise_png(path: Path) -> None:
    """Write a picture of 1024 by 1024 noisy pixels, some 3 MB."""
    draw = np.random.default_rng(SEED)
    Image.fromarray(draw.integers(0, 256, (1024, 1024, 3), np.uint8)).save(path)


def noise_jpeg(path: Path) -> None:
    """Write a picture of 1024 by 1024 grainy pixels, some 0.3 MB."""
    draw = np.random.default_rng(SEED)
    grain = draw.normal(128, 18, (1024, 1024, 3)).clip(0, 255).astype(np.uint8)
    Image.fromarray(grain).save(path, quality=80)


def noise_mp4(path: Path) -> None:
    """Write a film of 50 noisy frames, a few MB."""
    draw = np.random.default_rng(SEED)
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.bit_rate = 20_000_000
        for _ in range(50):
            pixels = draw.integers(0, 256, (240, 320, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())


class Exiftool:
    """One exiftool that stays open and is told of one file after another."""

    def __init__(self, tool: str, folder: Path) -> None:
        config = folder / "config"
        config.write_text(CONFIG, "utf-8")
        command = [tool, "-config", str(config), "-stay_open", "True", "-@", "-"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def told(self, *arguments: str) -> str:
        """Run it once and give what it printed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n".join((*arguments, "-execute\n")).encode())
        self._process.stdin.flush()
        lines = []
        while (line := self._process.stdout.readline()) and line.strip() != b"{ready}":
            lines.append(line)
        return b"".join(lines).decode("utf-8", "replace")

    def read(self, path: Path) -> object:
        """Read the label, in whatever group it stands."""
        return self.told("-j", "-AIGC", str(path))

    def read_all(self, path: Path) -> object:
        """Read every tag, as it does when nothing is asked for."""
        return self.told("-j", str(path))

    def write(self, path: Path) -> object:
        """Write the label as XMP, in place."""
        argument = f"-XMP-TC260:AIGC={written(MARK, False)}"
        return self.told("-overwrite_original", argument, str(path))

    def close(self) -> None:
        """End it."""
        self.told("-stay_open", "False") if self._process.poll() is None else None
        self._process.wait(10)


def exempi_writer() -> Act | None:
    """Give what writes with cntc260, None where it is not installed whole."""
    # cntc260 runs sudo, apt-get and pip on import when libxmp is missing, so libxmp comes first
    if importlib.util.find_spec("cntc260") is None or importlib.util.find_spec("libxmp") is None:
        return None
    try:
        importlib.import_module("libxmp")
    except Exception:  # without libexempi it raises an error of its own
        return None
    make = importlib.import_module("cntc260").GBxmp
    fields = {name: MARK.fields.get(name, "") for name in FIELDS} | {"Label": MARK.label}

    def write(path: Path) -> object:
        with contextlib.redirect_stdout(io.StringIO()):  # it prints the path
            file = make(str(path))
            file.setAIGC(dict(fields))
            return file.writeXmp()

    return write


def our_write(path: Path, sync: bool) -> object:
    """Write as the command line does, in place."""
    return label.write_file(path, MARK, sync=sync)


def rate(act: Act, paths: Sequence[Path], least: float) -> float:
    """Give files per second of going round the files for `least` seconds."""
    count, took, began = 0, 0.0, time.perf_counter()
    while not count or took < least:
        act(paths[count % len(paths)])
        count += 1
        took = time.perf_counter() - began
    return count / took


def rate_once(act: Act, paths: Sequence[Path], most: float) -> tuple[int, float]:
    """Give how many files were done, none begun after `most` seconds, and files per second."""
    count, took, began = 0, 0.0, time.perf_counter()
    while count < len(paths) and (not count or took < most):
        act(paths[count])
        count += 1
        took = time.perf_counter() - began
    return count, count / took


def summed(figures: Sequence[float], digits: int) -> dict[str, Any]:
    """Give median and range."""
    middle, least, most = statistics.median(figures), min(figures), max(figures)
    return {"median": round(middle, digits), "range": [round(least, digits), round(most, digits)]}


class Race:
    """Rounds in which everyone does the same to the same files, one after another."""

    def __init__(self, folder: Path, rounds: int, least: float) -> None:
        self.folder, self.rounds, self.least = folder, rounds, least
        self.rates: dict[tuple[str, str, str], list[float]] = {}
        self.failed: dict[str, str] = {}

    def read(self, kind: str, source: Path, readers: Mapping[str, Act]) -> None:
        """Read labelled copies, which all are in the page cache."""
        paths = [self.folder / f"{n}{source.suffix}" for n in range(COPIES)]
        for path in paths:
            shutil.copyfile(source, path)
            our_write(path, sync=False)
        for name, act in readers.items():  # warm up, and see that the label is found
            found = MARK.fields["ProduceID"] in str(act(paths[0]))
            self._note(found or name in (floors.LOOKED, floors.WALKED), f"{name} read {kind}")
        for _ in range(self.rounds):
            for name, act in readers.items():
                took = rate(act, paths, self.least)
                self.rates.setdefault(("read", kind, name), []).append(took)

    def write(self, kind: str, source: Path, writers: Mapping[str, Act]) -> None:
        """Write into fresh copies, made outside the time that is measured."""
        able = {}
        for name, act in writers.items():
            path = self.folder / f"one{source.suffix}"
            shutil.copyfile(source, path)
            act(path)
            seen = [(m.label, m.fields["ProduceID"]) for m in label.read(path) if m.fields]
            if name == floors.COPIED or self._note(
                seen == [(MARK.label, MARK.fields["ProduceID"])], f"{name} write {kind}"
            ):
                able[name] = act
        for _ in range(self.rounds):
            for name, act in able.items():
                paths = [self.folder / f"{n}{source.suffix}" for n in range(COPIES)]
                for path in paths:
                    shutil.copyfile(source, path)
                os.sync()  # so that nobody pays for the copies
                done, took = rate_once(act, paths, self.least * 2)
                for path in paths[:done] if name != floors.COPIED else []:
                    (mark,) = label.read(path)
                    assert mark.fields["ProduceID"] == MARK.fields["ProduceID"], name
                self.rates.setdefault(("write", kind, name), []).append(took)

    def _note(self, holds: bool, what: str) -> bool:
        if not holds:
            self.failed[what] = "not measured: the label is not in the file afterwards"
        return holds

    def ratio(self, act: str, kind: str, one: str, other: str) -> dict[str, Any] | None:
        """Say how many times faster one was than the other, None when one was not measured."""
        first, second = self.rates.get((act, kind, one)), self.rates.get((act, kind, other))
        if not first or not second:
            return None
        return summed([a / b for a, b in zip(first, second, strict=True)], 2)


def sparse_mp4(path: Path) -> None:
    """Write a film with 4 GiB of media behind its tables, all but the first bytes a hole."""
    with tempfile.TemporaryDirectory() as folder:  # faststart wants a file with a name
        small = Path(folder, "small.mp4")
        options = {"movflags": "faststart"}
        with av.open(str(small), "w", format="mp4", options=options) as container:
            stream = container.add_stream("mpeg4", rate=10)
            stream.width, stream.height, stream.pix_fmt = 16, 16, "yuv420p"
            grey = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(grey))
            container.mux(stream.encode())
        data = small.read_bytes()
    media = data.index(b"mdat") + 4
    head = data[: media - 8]
    table = head.index(b"stco") + 12  # its one chunk moves with the wider head of mdat
    head = head[:table] + (media + 8).to_bytes(4, "big") + head[table + 4 :]
    with path.open("wb") as file:
        file.write(head + b"\0\0\0\1mdat" + BIG_BYTES.to_bytes(8, "big") + data[media:])
        file.truncate(len(head) + BIG_BYTES)


def packets(path: Path) -> list[bytes]:
    """Give the packets of a film."""
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux() if packet.size]


def label_big(folder: Path) -> dict[str, Any]:
    """Label 4 GiB in a process of its own, and tell its time and its peak memory."""
    source, target = folder / "big.mp4", folder / "labelled.mp4"
    sparse_mp4(source)
    command = [sys.executable, "-c", LABEL_BIG, str(source), str(target)]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, at_start, peak = json.loads(ran.stdout)
    assert [mark.fields["ProduceID"] for mark in label.read(target)] == [MARK.fields["ProduceID"]]
    assert packets(target) == packets(source) != []
    result = {
        "bytes": source.stat().st_size,
        "seconds": round(seconds, 2),
        "memory_at_start_bytes": at_start,
        "peak_memory_bytes": peak,
        "goal_bytes": MOST_MEMORY_BYTES,
        "met": peak <= MOST_MEMORY_BYTES,
        "note": "sparse; the tables stand in front, so all media moves; synced to disk",
    }
    source.unlink()
    target.unlink()
    return result


def race(folder: Path, rounds: int, least: float) -> dict[str, Any]:
    """Measure everyone who is here."""
    tool, exempi = shutil.which("exiftool"), exempi_writer()
    readers: dict[str, Act] = {
        "ours": label.read,
        floors.LOOKED: floors.looked,
        floors.SOUGHT: floors.sought,
    }
    writers: dict[str, Act] = {
        "ours": partial(our_write, sync=False),
        "ours_synced": partial(our_write, sync=True),
        floors.COPIED: floors.copied,
    }
    peers = {"exiftool": "not measured: it is not installed"}
    peers["cntc260"] = "not measured: cntc260, python-xmp-toolkit or libexempi is not installed"
    with contextlib.ExitStack() as stack:
        if tool:
            opened = Exiftool(tool, folder)
            stack.callback(opened.close)
            readers |= {"exiftool": opened.read, "exiftool_all_tags": opened.read_all}
            writers["exiftool"] = opened.write
            peers["exiftool"] = f"{opened.told('-ver').strip()}, one process with -stay_open"
        if exempi:
            writers["cntc260"] = exempi
            peers["cntc260"] = importlib.metadata.version("cntc260") + ", which has no reader"
        run = Race(folder, rounds, least)
        sizes = {}
        for kind, make in zip(KINDS, (noise_png, noise_jpeg, noise_mp4), strict=True):
            source = folder / f"source.{kind}"
            make(source)
            sizes[kind] = source.stat().st_size
            run.read(
                kind, source, readers | ({floors.WALKED: floors.walked} if kind == "png" else {})
            )
            run.write(kind, source, writers)
            print(f"{kind} done", file=sys.stderr, flush=True)
    return {
        "peers": peers,
        "bytes": sizes,
        "files_per_s": {" ".join(key): summed(found, 1) for key, found in run.rates.items()},
        "failed": run.failed,
        "goals": [judged(run, goal) for goal in GOALS],
        "write_ratios": [
            {"what": f"write {kind}, {one} beside {other}", **ratio}
            for kind in KINDS
            for one in ("ours", "ours_synced")
            for other in (*peers, floors.COPIED)
            if (ratio := run.ratio("write", kind, one, other))
        ],
    }


def judged(run: Race, goal: tuple[str, str, str, str, float]) -> dict[str, Any]:
    """Say whether a goal is met by the median, and by every round."""
    act, kind, one, other, wanted = goal
    told: dict[str, Any] = {"what": f"{act} {kind}, {one} beside {other}", "goal": wanted}
    if not (ratio := run.ratio(act, kind, one, other)):
        return {**told, "met": "not measured"}
    sure = ratio["range"][0] >= wanted
    return {**told, **ratio, "met": ratio["median"] >= wanted, "met_in_every_round": sure}


def main() -> None:
    """Print the figures, and write them with --write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--least-s", type=float, default=0.3, help="seconds a round reads for")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qingjian_labels_") as name:
        result = {
            "measured_on": today(),
            "machine": (
                f"{os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}"
            ),
            "load_before": round(os.getloadavg()[0], 2),
            "rounds": asked.rounds,
            **race(Path(name), asked.rounds, asked.least_s),
            "label_4_gib_mp4": label_big(Path(name)),
        }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    print(text)
    if asked.write:
        RESULT.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
