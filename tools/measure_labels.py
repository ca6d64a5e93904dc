"""
Measure the label workflows on real files, for `qingjian coverage`.

Usage: python tools/measure_labels.py [--most 60] [--write]
Real files are those of this machine (/usr/share, Python packages) and ../shared/data; none is
committed. With --write results go to evals/results, with a hash of the code they speak for.
"""

from __future__ import annotations

import argparse
import io
import json
import platform
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from qingjian.core.clock import today
from qingjian.core.errors import DamagedFile, QingjianError
from qingjian.evals.workflows import code_hash, path_of
from qingjian.labels import label
from qingjian.labels.carriers import carrier, codec, names
from qingjian.labels.explicit.picture import badged, check_picture
from qingjian.labels.workflows import WORKFLOWS

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
FOLDERS = (Path("/usr/share"), Path("/usr/lib/python3"), Path(sys.prefix) / "lib")
MARK = label.mark("001191110102MACQD9K64010000", "cc75f5e99aae4210960acb722f10974e")
SIZES = (96, 240, 512, 1080)
EXPORTS = {
    "doubao_black_1x1_1.png": {"gb45438"},
    "chatgpt-1.png": {"c2pa"},
    "firefly-1.png": {"c2pa"},
    "samsung_black_1.png": {"c2pa", "samsung"},
    "mj-1.png": {"iptc", "midjourney"},
}


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Give the 95 % Wilson interval of a share."""
    z = 1.96
    share, centre = hits / n, hits / n + z * z / (2 * n)
    half = z * ((share * (1 - share) + z * z / (4 * n)) / n) ** 0.5
    scale = 1 + z * z / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def share(hits: int, n: int) -> str:
    """Give a share in words, with its interval."""
    low, high = wilson(hits, n)
    return f"{hits:,} of {n:,} ({100 * low:.1f}-{100 * high:.1f} %)"


def real_files(most: int) -> Iterator[Path]:
    """Give at most so many files of each carrier's suffixes, spread over the folders."""
    suffixes = {s for name in names() for s in codec(name).suffixes}
    seen: Counter[str] = Counter()
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*")):
            suffix = path.suffix.lower()
            if suffix not in suffixes or seen[suffix] >= most or not path.is_file():
                continue
            if 0 < path.stat().st_size < 20_000_000:
                seen[suffix] += 1
                yield path


def writing(most: int) -> dict[str, Any]:
    """Write a label into real files, read it back, and take it away again."""
    counts: dict[str, Counter[str]] = {}
    refused = []
    for path in real_files(most):
        data = path.read_bytes()
        found = carrier(data, path.name)
        count = counts.setdefault(found.name if found else path.suffix.lower(), Counter())
        try:
            if found is None:
                raise ValueError("the bytes are not what the suffix says")
            made = label.write(data, MARK, path.name)
            bare = label.strip(made, path.name)
            gone = not [m for m in label.read(bare, path.name) if m.scheme == "gb45438"]
            count["written" if gone else "left behind"] += 1
        except (QingjianError, ValueError) as error:
            if found is not None and found.text and not isinstance(error, DamagedFile):
                count["sidecar"] += 1
                continue
            count["refused"] += 1
            refused.append(f"{path.name}: {error}")
    total = Counter[str]()
    for count in counts.values():
        total.update(count)
    n = sum(total.values()) - total["sidecar"]
    said = (
        f"written, read back and taken away again: {share(total['written'], n)} real files of "
        f"{len(counts)} formats, {total['sidecar']} more have no place for it; {len(names())} "
        "carriers hold the contract"
    )
    return {"said": said, "n": n, "carriers": counts, "refused": refused[:100]}


def explicit() -> dict[str, Any]:
    """Put badges on photographs of several sizes and formats, and measure them back."""
    fit = after = n = false = 0
    for path in sorted((SHARED / "photos").glob("*.png")):
        with Image.open(path) as photo:
            for size in SIZES:
                small = photo.convert("RGB").resize((size * 3 // 2, size))
                for form in ("png", "jpeg", "webp"):
                    plain, anew = io.BytesIO(), io.BytesIO()
                    small.save(plain, form.upper())
                    made = badged(plain.getvalue(), form)
                    with Image.open(io.BytesIO(made)) as again:
                        again.convert("RGB").save(anew, "JPEG", quality=60)
                    n += 1
                    fit += check_picture(made).fit
                    after += check_picture(anew.getvalue()).fit
                    false += bool(check_picture(plain.getvalue()).found)
    said = (
        f"badge fit when measured back: {share(fit, n)} pictures, {share(after, n)} after JPEG 60; "
        f"seen where there is none: {false} of {n}"
    )
    return {"said": said, "n": n, "fit": fit, "fit_after_jpeg_60": after, "false": false}


def verifying() -> dict[str, Any]:
    """Judge real exports and photographs; the clean files are counted by tools/clean_files.py."""
    right = []
    for name, schemes in EXPORTS.items():
        verdict = label.verify(SHARED / "media_wild" / name)
        right.append(
            verdict.verdict == "confirmed" and {m.scheme for m in verdict.marks} == schemes
        )
    photos = [label.verify(p).verdict for p in sorted((SHARED / "photos").glob("*.png"))]
    wild = [json.loads(x) for x in (SHARED / "labels_wild.jsonl").read_text().splitlines()]
    texts = [row["raw"] for row in wild if row["container"].startswith("md/yaml")]
    read = [bool(label.read(raw.encode(), "a.md")) for raw in texts]
    path = ROOT / "evals" / "results" / "labels" / "clean_files.json"
    clean = json.loads(path.read_text()) if path.is_file() else {}
    said = (
        f"real exports read rightly: {share(sum(right), len(right))}; labels as found: "
        f"{sum(read)} of {len(read)}; photographs unmarked: "
        f"{photos.count('unmarked')} of {len(photos)}"
    )
    if clean:
        false, n = sum(clean["files_with_false_marks"].values()), clean["files"]
        upper = 100 * wilson(false, n)[1]
        said += f"; clean files with a false label: {false} of {n:,} (at most {upper:.3f} %)"

    return {"said": said, "n": len(right) + len(photos) + len(read)}


def main() -> int:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=60, help="files of a suffix")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    made = (writing(asked.most), explicit(), verifying())
    for workflow, result in zip(WORKFLOWS, made, strict=True):
        print(f"{workflow.id}: {result['said']}")
        for line in result.get("refused", ())[:20]:
            print(f"  refused {line[:160]}")
        if asked.write:
            whole = {
                "workflow": workflow.id,
                **result,
                "data": "files of this machine; ../shared/data photos, media_wild, labels_wild",
                "measured_on": today(),
                "machine": f"{platform.machine()}, Python {platform.python_version()}",
                "code_hash": code_hash(workflow),
            }
            path_of(workflow).write_text(
                json.dumps(whole, ensure_ascii=False, indent=1) + "\n", "utf-8"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
