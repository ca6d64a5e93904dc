"""PDF: small files made and read by pikepdf."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from tests import needs

pikepdf: Any = needs.package("pikepdf")

TITLE = "报告 (draft) \\ é"
_LABEL = (
    '{"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"p-1",'
    '"ReservedCode1":"","ContentPropagator":"传播者","PropagateID":"","ReservedCode2":""}'
)
_ASCII = _LABEL.replace("传播者", "")


def made(
    label: str = "", *, packed: bool = False, linear: bool = False, info: bool = True
) -> bytes:
    """Make a page with a word on it; `packed` puts objects in object streams."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 100))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.obj.Contents = pdf.make_stream(b"BT /F1 24 Tf 20 40 Td (Hello) Tj ET")
    if info:
        pdf.docinfo["/Title"] = TITLE
        pdf.docinfo["/Creator"] = "a tool"
    if label:
        pdf.docinfo["/AIGC"] = label
    mode = pikepdf.ObjectStreamMode
    return saved(
        pdf, object_stream_mode=mode.generate if packed else mode.disable, linearize=linear
    )


def saved(pdf: Any, **how: Any) -> bytes:
    """Save so that the same file is made every time."""
    out = io.BytesIO()
    pdf.save(out, **{"static_id": True, "compress_streams": False, **how})
    return out.getvalue()


def opened(data: bytes) -> Any:
    """Open strictly: what has to be repaired, or is warned of, fails."""
    pdf = pikepdf.open(io.BytesIO(data), attempt_recovery=False, suppress_warnings=False)
    told = [*pdf.check_pdf_syntax(), *pdf.get_warnings()]
    assert not told, told
    return pdf


def is_whole(data: bytes) -> bool:
    """Whether it is opened strictly without a complaint."""
    try:
        with opened(data):
            return True
    except (AssertionError, pikepdf.PdfError):
        return False


def plain() -> bytes:
    return made()


def content(data: bytes) -> object:
    with opened(data) as pdf:
        return [
            (
                page.Contents.read_bytes(),
                [float(each) for each in page.mediabox],
                sorted(map(str, page.Resources.Font)),
            )
            for page in pdf.pages
        ]


def other(data: bytes) -> object:
    with opened(data) as pdf:
        return {key: str(value) for key, value in pdf.docinfo.items() if key != "/AIGC"}


def crossread(path: Path) -> str:
    with opened(path.read_bytes()) as pdf:
        return str(pdf.docinfo["/AIGC"])


def crosswritten(value: str, folder: Path) -> bytes:
    return made(value)


def built(
    objects: dict[int, bytes], trailer: bytes = b"/Root 1 0 R", *, line_end: bytes = b" \n"
) -> bytes:
    """Make a file of these objects by hand, with a table."""
    out = bytearray(b"%PDF-1.4\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f" + line_end
    for number, at in places.items():
        out += b"%d 1\n%010d 00000 n" % (number, at) + line_end
    out += b"trailer\n<</Size %d %b>>\n" % (max(objects) + 1, trailer)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


CATALOG = {
    1: b"<</Type/Catalog/Pages 2 0 R>>",
    2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Resources<</Font<<>>>>/Contents 4 0 R>>",
    4: b"<</Length 3>>\nstream\nq Q\nendstream",
}


def with_info(info: bytes, **more: bytes) -> bytes:
    """Make a page with an information dictionary by hand."""
    added = {int(number.strip("_")): body for number, body in more.items()}
    return built({**CATALOG, 5: info, **added}, b"/Root 1 0 R /Info 5 0 R")


def hybrid() -> bytes:
    """Make a file whose information dictionary old readers do not see."""
    data = bytearray(b"%PDF-1.5\n")
    packed = b"5 0 <</Title(hidden)/AIGC(%b)>>" % _ASCII.encode()
    extra = {6: b"<</Type/ObjStm/N 1/First 4/Length %d>>\nstream\n%b\nendstream"}
    extra[6] %= (len(packed), packed)
    places = {}
    for number, body in {**CATALOG, **extra}.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    rows = b"\x02\x00\x06\x00" + b"\x01" + places[6].to_bytes(2, "big") + b"\x00"
    stream = len(data)
    data += b"7 0 obj\n<</Type/XRef/Size 8/W[1 2 1]/Index[5 2]/Length 8>>\nstream\n"
    data += rows + b"\nendstream\nendobj\n"
    start = len(data)
    data += b"xref\n0 8\n0000000005 65535 f \n"
    data += b"".join(b"%010d 00000 n \n" % places[number] for number in CATALOG)
    data += b"0000000006 00000 f \n0000000007 00000 f \n0000000000 00000 f \n"
    data += b"trailer\n<</Size 8/Root 1 0 R/Info 5 0 R/XRefStm %d>>\n" % stream
    return bytes(data) + b"startxref\n%d\n%%%%EOF\n" % start


SHAPES: dict[str, bytes] = {
    "objects in object streams": made(_LABEL, packed=True),
    "linear": made(_LABEL, linear=True),
    "linear, objects in object streams": made(_LABEL, packed=True, linear=True),
    "hybrid": hybrid(),
    "UTF-16": made(_LABEL),
    "hex": with_info(b"<</AIGC <%b>>>" % _ASCII.encode().hex().encode()),
    "UTF-8 with its mark": with_info(b"<</AIGC (\xef\xbb\xbf%b)>>" % _LABEL.encode()),
    "UTF-8 without its mark": with_info(b"<</AIGC (%b)>>" % _LABEL.encode()),
    "an object of its own": with_info(b"<</AIGC 6 0 R>>", _6=b"(%b)" % _LABEL.encode()),
    "another key": with_info(b'<</Subject ({"AIGC":{"Label":"1","ProduceID":"2"}})>>'),
    "a name with an escape": with_info(b"<</A#49GC (%b)>>" % _LABEL.encode()),
}
