"""
The made parts of the READMEs, between `<!-- NAME:start -->` and `<!-- NAME:end -->`.

`coverage` is the notice and the measured quality, `finding` one finding in full, `speed` what
`make bench` measured.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from qingjian.batch.entry import Entry
from qingjian.batch.local import Judged
from qingjian.core.types import Text
from qingjian.evals import results
from qingjian.reports import coverage
from qingjian.reports.row import row
from qingjian.wiring import Services

ROOT = Path(__file__).resolve().parent.parent
DISGUISED = "代 过 人 脸 活体，非本人可做，先过后付，飞机联系\n"
"""What one finding is shown of."""

_WRITTEN: Mapping[str, tuple[str, str, float]] = {
    "precision": (".2f", "", 1),
    "recall": (".2f", "", 1),
    "false_positive_rate": (".2f", " %", 100),
    "auroc": (".2f", "", 1),
}
"""How each number is written: its format, its unit, and what it is multiplied by."""
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "head": "| detector | n | precision | recall | false positives | AUROC | sets of others |",
        "rows": "Rows of the notice",
        "wrong": "{set}: {rate} false positives",
        "stale": "not measured",
        "short": "short texts a second and core, all detectors",
        "long": "MB a second and core, long innocent texts, all detectors",
        "lexicon": "MB a second, {terms:,} terms ({ratio} × pyahocorasick in the same run)",
        "start": "s until `qingjian --help` is shown",
        "machine": "Measured on {on}: {machine}; all figures: `benchmarks/results/speed.json`.",
    },
    "zh": {
        "head": "| 检测器 | n | 精确率 | 召回率 | 误报率 | AUROC | 他人数据集 |",
        "rows": "通知条款",
        "wrong": "{set}：误报 {rate}",
        "stale": "未测",
        "short": "条短文本／秒·核，全部检测器",
        "long": "MB／秒·核，正常长文本，全部检测器",
        "lexicon": "MB／秒，{terms:,} 个词（同一次运行中为 pyahocorasick 的 {ratio} 倍）",
        "start": "秒，显示 `qingjian --help`",
        "machine": "测于 {on}：{machine}；全部数字见 `benchmarks/results/speed.json`。",
    },
}


def blocks(built: Services) -> Mapping[str, Callable[[str, str], str]]:
    """Give what makes each part: of a language, and of what stands there now."""
    return {
        "coverage": lambda language, now: _coverage(built, _WORDS[language]),
        "finding": lambda language, now: _finding(built, now),
        "speed": lambda language, now: _speed(_WORDS[language]),
    }


def _coverage(built: Services, words: Mapping[str, str]) -> str:
    rows = coverage.rows(built.registry, built.quality, built.workflows)
    lines = [f"{words['rows']}: {coverage.summary(rows)}.", "", words["head"]]
    lines.append("|---|---|---|---|---|---|---|")
    for id, sets in built.quality.items():
        one = results.blind(sets)
        if one is None or one.stale:
            lines.append(f"| `{id}` | {words['stale']} | | | | | |")
            continue
        kept = results.read(id) or {}
        measured = next(m for m in kept["sets"] if m["set"] == results.BLIND)
        cells = [_cell(measured["metrics"].get(name), *_WRITTEN[name]) for name in _WRITTEN]
        told = [_elsewhere(m, words) for m in kept.get("shipped", ())]
        cells.append("; ".join(filter(None, told)))
        lines.append(f"| `{id}` | {measured['n']:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _elsewhere(measured: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Give in a few words what was measured on a set of others; nothing for one that trained."""
    if measured.get("trained_shipped_weights"):
        return ""
    name, values = measured["set"], measured["metrics"]
    ranked = (values.get("auroc") or [None])[0]
    if ranked is not None:
        return f"{name}: AUROC {ranked:.2f}"
    return words["wrong"].format(set=name, rate=f"{values['false_positive_rate'][0]:.2%}")


def _cell(triple: list[float | None] | None, form: str, unit: str, times: float) -> str:
    value, low, high = triple or (None, None, None)
    if value is None:
        return "–"
    said = f"{value * times:{form}}{unit}"
    if low is None or high is None:
        return said
    return f"{said} ({low * times:{form}}–{high * times:{form}})"


def _finding(built: Services, now: str) -> str:
    """Give the row of the disguised advert; the time it took stays as it stands there now."""
    item = Text(id="-", body=DISGUISED)
    seen = built.engine.scan(item)
    made = row(Judged(Entry("-", item), seen, built.decide(seen)), built.serves)
    took = re.search(r'"took_ms": ([\d.]+)', now)
    made["took_ms"] = float(took[1]) if took else round(seen.took_ms, 1)
    findings = ", ".join(_object(map(_pair, one.items()), "  ") for one in made["findings"])
    pairs = (
        f'"findings": [{findings}]' if name == "findings" else _pair((name, value))
        for name, value in made.items()
    )
    return f"```json\n[{_object(pairs, '')}]\n```"


def _pair(item: tuple[str, Any]) -> str:
    return f"{json.dumps(item[0])}: {json.dumps(item[1], ensure_ascii=False)}"


def _object(pairs: Iterable[str], indent: str) -> str:
    """Give a JSON object, a key a line."""
    return "{\n" + ",\n".join(f"{indent} {pair}" for pair in pairs) + f"\n{indent}}}"


def _speed(words: Mapping[str, str]) -> str:
    path = ROOT / "benchmarks" / "results" / "speed.json"
    if not path.is_file():
        return ""
    told = json.loads(path.read_text("utf-8"))
    all_, lexicon = told["all_detectors"], told["lexicon_10000"]
    ratio = {"terms": lexicon["terms"], "ratio": lexicon["ratio_to_pyahocorasick"]}
    return "\n".join(
        [
            "| | |",
            "|---:|---|",
            f"| {all_['short_texts_per_s_per_core']:,} | {words['short']} |",
            f"| {all_['long_texts_of_innocent_rows']['mb_per_s_per_core']} | {words['long']} |",
            f"| {lexicon['mb_per_s']} | {words['lexicon'].format(**ratio)} |",
            f"| {told['start']['help_s']} | {words['start']} |",
            "",
            words["machine"].format(on=told["measured_on"], machine=told["machine"]),
        ]
    )


def filled(text: str, language: str, built: Services) -> str:
    """Give a README with its made parts as they are now."""
    for name, make in blocks(built).items():
        start, end = f"<!-- {name}:start -->\n", f"<!-- {name}:end -->"
        if start in text and end in text:
            before, _, rest = text.partition(start)
            now, _, after = rest.partition(end)
            part = make(language, now)
            text = before + start + part + ("\n" if part else "") + end + after
    return text
