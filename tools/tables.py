"""
Generate the tables that folding and pattern expansion rest on; run by the build, never at run time.

Sources: Unicode (the build's own `unicodedata`), UTS #39 confusables (package
confusable-homoglyphs), traditional to simplified (package opencc-python-reimplemented,
TSCharacters), readings (package pypinyin).

Writes `fold.bin` (see `_table` in fold.py for the layout) and `pinyin.bin` (one `char reading` a
line).
"""

from __future__ import annotations

import json
import struct
import sys
import unicodedata
from pathlib import Path

# Han look-alikes that are swapped on purpose; the first of each group stands for all.
LOOK_ALIKES = (
    "己已巳",
    "土士",
    "末未",
    "日曰",
    "戊戌戍",
    "侯候",
    "杻忸",
    "囗口",
    "氵冫",
    "賎贱",
    "茲兹",
    "汆氽",
    "祗衹",
)
# Letter-like symbols without a compatibility decomposition: first code point, what it stands for.
RUNS = (
    (0x1F130, "A", 26),
    (0x1F150, "A", 26),
    (0x1F170, "A", 26),
    (0x1F1E6, "A", 26),  # squared, negative, regional
    (0x2776, "1", 9),
    (0x2780, "1", 9),
    (0x278A, "1", 9),
    (0x24F5, "1", 9),  # dingbat and double circled digits
)
SINGLE = {
    "🔟": "10",
    "➕": "+",
    "➖": "-",
    "✖": "x",
    "❶": "1",
    "⓿": "0",
    "🄋": "0",
    "🄌": "0",
    "〇": "0",
    "㊀": "一",
}
ZERO_WIDTH = {
    0x00AD,
    0x034F,
    0x115F,
    0x1160,
    0x17B4,
    0x17B5,
    0x180E,
    0x2800,
    0x3164,
    0xFFA0,
    0xFFFC,
}


def vanishes(c: str) -> bool:
    """Whether a code point is invisible or only decorates the one before."""
    cp = ord(c)
    return (
        cp in ZERO_WIDTH
        or unicodedata.category(c) == "Cf"
        or 0x0300 <= cp <= 0x036F
        or 0x1AB0 <= cp <= 0x1AFF
        or 0x1DC0 <= cp <= 0x1DFF
        or 0x20D0 <= cp <= 0x20FF
        or 0xFE00 <= cp <= 0xFE0F
        or 0xFE20 <= cp <= 0xFE2F
        or 0xE0100 <= cp <= 0xE01EF
        or 0x1F3FB <= cp <= 0x1F3FF
    )


def simplified() -> dict[str, str]:
    """Give traditional to simplified, single characters only."""
    import opencc

    path = Path(opencc.__file__).parent / "dictionary" / "TSCharacters.txt"
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines() if "\t" in line)
    return {source: targets.split()[0] for source, targets in rows if targets.split()[0] != source}


def latin_look_alikes() -> dict[str, str]:
    """Give UTS #39 confusables of an ASCII letter or digit, non-ASCII sources only."""
    import confusable_homoglyphs

    path = Path(confusable_homoglyphs.__file__).parent / "confusables.json"
    found: dict[str, str] = {}
    for source, entries in json.loads(path.read_text("utf-8")).items():
        if len(source) != 1 or ord(source) < 0x80 or unicodedata.category(source)[0] not in "LNS":
            continue
        if "CJK" in unicodedata.name(source, "") or "KATAKANA" in unicodedata.name(source, ""):
            continue
        plain = sorted(
            e["c"] for e in entries if len(e["c"]) == 1 and e["c"].isascii() and e["c"].isalnum()
        )
        if plain:
            found[source] = plain[-1]
    return found


def fold_table() -> dict[int, str]:
    """Give what code points fold to where that is not themselves; empty means it vanishes."""
    to_simple, latin = simplified(), latin_look_alikes()
    alike = {c: group[0] for group in LOOK_ALIKES for c in group[1:]}
    runs = {chr(first + i): chr(ord(base) + i) for first, base, count in RUNS for i in range(count)}

    def plain(c: str) -> str:
        c = to_simple.get(c, c)
        return alike.get(c, c)

    table: dict[int, str] = {}
    for cp in range(0x110000):
        if 0xD800 <= cp <= 0xDFFF:
            continue
        c = chr(cp)
        if vanishes(c):
            table[cp] = ""
            continue
        to = SINGLE.get(c) or runs.get(c) or unicodedata.normalize("NFKC", c)
        digit = unicodedata.digit(c, None) if cp > 0x7F else None
        if digit is not None:
            to = str(digit)
        elif c in latin and to == c:
            to = latin[c]
        decomposed = unicodedata.normalize("NFKD", to)
        if any(vanishes(x) for x in decomposed) and not 0xAC00 <= cp <= 0xD7A3:
            to = unicodedata.normalize("NFC", "".join(x for x in decomposed if not vanishes(x)))
        to = "".join(plain(x) for x in to.casefold())
        to = "".join(plain(x) for x in unicodedata.normalize("NFKC", to).casefold())
        if to != c:
            table[cp] = to
    # Fold to the end: what a target folds to itself is its target.
    for _ in range(4):
        table = {cp: "".join(table.get(ord(x), x) for x in to) for cp, to in table.items()}
    for cp, to in table.items():
        if any(table.get(ord(x), x) != x for x in to):
            raise SystemExit(f"folding U+{cp:04X} does not settle: {to!r}")
    return {cp: to for cp, to in table.items() if to != chr(cp)}


def write(folder: Path) -> None:
    """Write both tables into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    table = fold_table()
    one = {cp: ord(to) for cp, to in table.items() if len(to) == 1}
    many = {cp: to for cp, to in table.items() if len(to) != 1}
    rest = json.dumps({str(cp): to for cp, to in sorted(many.items())}, ensure_ascii=False).encode()
    pairs = sorted(one.items())
    data = struct.pack("<I", len(pairs)) + b"".join(struct.pack("<I", cp) for cp, _ in pairs)
    data += b"".join(struct.pack("<I", to) for _, to in pairs) + rest
    (folder / "fold.bin").write_bytes(data)

    from pypinyin import Style, lazy_pinyin

    common = bytes_of_gb2312()
    lines = (f"{c} {lazy_pinyin(c, style=Style.NORMAL)[0]}" for c in common)
    (folder / "pinyin.bin").write_text("\n".join(lines) + "\n", "utf-8")
    print(
        f"tables: {len(one)} one to one, {len(many)} other, {len(common)} readings", file=sys.stderr
    )


def bytes_of_gb2312() -> str:
    """Give the 3,755 common characters of GB 2312 level 1, in its order."""
    rows = (bytes((hi, lo)) for hi in range(0xB0, 0xD8) for lo in range(0xA1, 0xFF))
    return "".join(raw.decode("gb2312", "ignore") for raw in rows)


if __name__ == "__main__":
    write(
        Path(__file__).parent.parent / "src" / "qingjian" / "detectors" / "instruments" / "tables"
    )
