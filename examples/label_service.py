"""
Label what a generator makes: a badge for people, a signed label for machines; then verify the file.

Usage: python examples/label_service.py out.png
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PIL import Image

import qingjian as qj
from qingjian.labels import sign
from qingjian.labels.explicit.write import with_notice
from qingjian.labels.provider import provider_code

PRODUCER = provider_code("91110000000000000E")  # an invented unified social credit code
KEY = sign.key_of(  # a service reads the one it keeps: sign.key_of(Path("key.pem").read_bytes())
    Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
)


def generated() -> bytes:
    """Give a PNG; stands for the generator."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((640, 400)).save(out, "PNG")
    return out.getvalue()


def main(path: str) -> None:
    """Write the labelled picture and say what a platform makes of it."""
    name = Path(path).name
    shown = with_notice(generated(), name)
    labelled = qj.label.write(shown, qj.label.mark(PRODUCER, "img-1"), name, KEY)
    Path(path).write_bytes(labelled)
    verdict = qj.label.verify(path, keys={KEY.public()})
    print(verdict.verdict, *verdict.signatures, verdict.show, *verdict.basis, sep="\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
