#!/usr/bin/env bash
# Install a wheel into a clean environment and use it outside the checkout.
# Usage, from the root of the checkout: tools/wheel_smoke.sh dist/qingjian-*.whl
set -euo pipefail
wheel=$(realpath "$1") root=$PWD
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

"$root/.venv/bin/python" -m venv "$tmp/venv"
"$root/.venv/bin/uv" pip install --quiet --python "$tmp/venv/bin/python" \
  --constraint "$root/requirements/dev.txt" "$wheel"
cd "$tmp"
export PATH=$tmp/venv/bin:$PATH
unset PYTHONPATH QINGJIAN_CONFIG

# Nothing of the checkout is used, and nothing that only developers need came along.
python - "$root" <<'PY'
import sys
from importlib.metadata import distributions, files
from pathlib import Path

import qingjian

assert not Path(qingjian.__file__).is_relative_to(sys.argv[1]), qingjian.__file__
extra = {d.name for d in distributions()} & {"pytest", "hypothesis", "mypy", "ruff", "pyarrow"}
assert not extra, extra
packed = {str(f) for f in files("qingjian") or ()}
assert {"qingjian/py.typed", "qingjian/core/obligations.toml"} <= packed
assert not [f for f in packed if f.startswith(("tests/", "evals/", "examples/"))], packed
PY

# The shipped results speak for the shipped code.
python - <<'PY'
from qingjian.core.settings import Settings
from qingjian.wiring import services

built = services(Settings())
assert not built.registry.broken, built.registry.broken
left = {
    id
    for id in built.registry.detectors
    if not built.quality.get(id) or any(q.stale for q in built.quality[id])
}
assert not left, f"not measured: {sorted(left)}"
PY

# Every verb that needs no data answers, and a hit is told by the exit code.
qingjian --version
for verb in "detectors" "coverage" "settings" "policy check ugc"; do
  qingjian $verb >/dev/null
done
printf '代过人脸活体，非本人可做，先过后付，飞机联系\n' >hit.txt
printf '今天天气很好，我们去公园散步。\n' >clean.txt
expect() { # CODE WORDS...
  local want=$1 got=0
  shift
  "$@" >said 2>&1 || got=$?
  [ "$got" = "$want" ] || { cat said; echo "$*: exit $got, $want expected"; exit 1; } >&2
}
expect 0 qingjian scan clean.txt
expect 14 qingjian scan hit.txt
expect 14 qingjian scan hit.txt --format jsonl --output rows.jsonl
printf '{"kind": "source", "text": "春河路停水两天", "publisher": "水务集团"}\n' >source.jsonl
expect 0 qingjian archive import source.jsonl --who somebody --db archive.db
expect 2 qingjian archive search 停水 --db archive.db # says which extra it needs
python - <<'PY'
import json

import qingjian as qj

with open("rows.jsonl", encoding="utf-8") as file:
    (row,) = map(json.loads, file)
assert row["contract"] == 1 and row["findings"], row
assert qj.scan("代过人脸活体，非本人可做，先过后付，飞机联系").findings
assert not qj.scan("今天天气很好，我们去公园散步。").findings
PY
echo "the wheel works: $(basename "$wheel"), $(stat -c %s "$wheel") bytes"
