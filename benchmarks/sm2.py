"""
SM2 with SM3 in the packages that PyPI has: signatures made and verified a second, time to import.

Usage: python benchmarks/sm2.py [--write]
Packages that are not installed are told as not measured; `gmalg` is the one that labels use. Each
must give, or accept, the published example of GM/T 0003.5 annex A before it is timed. Rates are
medians of rounds on one core.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from qingjian.core.clock import today

RESULT = Path(__file__).parent / "results" / "sm2.json"
ROUNDS, ROUND_S = 5, 0.6
USER = b"1234567812345678"
SECRET = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
POINT = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
EXAMPLE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
MESSAGE = b'"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"0123456789"'


class Signer(NamedTuple):
    """How a package signs and verifies; signatures are r and s, 32 bytes each."""

    sign: Callable[[bytes], bytes]
    verify: Callable[[bytes, bytes], bool]


def gmalg() -> Signer:
    """Give gmalg's."""
    import gmalg as package

    both = package.SM2(SECRET, USER, b"\x04" + POINT, pc_mode=package.PC_MODE.RAW)

    def sign(message: bytes) -> bytes:
        r, s = both.sign(message)
        return bytes(r) + bytes(s)

    return Signer(sign, lambda m, g: bool(both.verify(m, g[:32], g[32:])))


def gmssl() -> Signer:
    """Give gmssl's."""
    from gmssl import sm2

    both = sm2.CryptSM2(private_key=SECRET.hex(), public_key=POINT.hex())
    return Signer(
        lambda m: bytes.fromhex(both.sign_with_sm3(m)),
        lambda m, g: bool(both.verify_with_sm3(g.hex(), m)),
    )


PACKAGES: dict[str, Callable[[], Signer]] = {"gmalg": gmalg, "gmssl": gmssl}
_MODULES = {"gmalg": "gmalg", "gmssl": "gmssl.sm2"}


def per_second(work: Callable[[], object]) -> dict[str, Any]:
    """Give the median and range of calls a second."""
    rates = []
    for _ in range(ROUNDS):
        count, started = 0, time.process_time()
        while (took := time.process_time() - started) < ROUND_S:
            work()
            count += 1
        rates.append(count / took)
    return {
        "median": round(statistics.median(rates), 1),
        "range": [round(min(rates), 1), round(max(rates), 1)],
    }


def import_ms(package: str) -> float:
    """Give the median time to import a package in a new interpreter, less an empty one's."""

    def median(words: str) -> float:
        times = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", words], check=True)
            times.append(time.perf_counter() - started)
        return statistics.median(times)

    return round(1000 * (median(f"import {package}") - median("pass")), 1)


def measured(name: str, make: Callable[[], Signer]) -> dict[str, Any] | str:
    """Give the figures of a package, or why there are none."""
    if importlib.util.find_spec(name) is None:
        return "not measured: not installed"
    signer = make()
    if not signer.verify(b"message digest", EXAMPLE):
        return "not measured: the published example does not verify"
    if signer.verify(b"message digest!", EXAMPLE):
        return "not measured: a changed message verifies"
    signature = signer.sign(MESSAGE)
    if not signer.verify(MESSAGE, signature):
        return "not measured: its own signature does not verify"
    return {
        "version": version(name),
        "sign_per_s": per_second(lambda: signer.sign(MESSAGE)),
        "verify_per_s": per_second(lambda: signer.verify(MESSAGE, signature)),
        "import_ms": import_ms(_MODULES[name]),
    }


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    result = {
        "measured_on": today(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "message_bytes": len(MESSAGE),
        "packages": {name: measured(name, make) for name, make in PACKAGES.items()},
    }
    text = json.dumps(result, indent=1) + "\n"
    print(text, end="")
    if asked.write:
        RESULT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
