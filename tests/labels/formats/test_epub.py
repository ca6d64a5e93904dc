from __future__ import annotations

import pytest
from tests.labels.formats.samples.docx import LABEL, WRAPPED, packed, unpacked
from tests.labels.formats.samples.epub import CONTAINER, OPF, PACKAGE, book, metadata, plain

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.formats import epub, odt
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied

NEW = '{"Label":"2","ContentProducer":"q","ProduceID":"<&>"}'


def labelled(data: bytes, value: str | None = NEW) -> bytes:
    new = applied(data, epub.write(data, value))
    assert [m.label for m in marks_of(epub.held(new))] == ([] if value is None else ["2"])
    assert applied(new, epub.write(new, value)) == new
    return new


def with_meta(*metas: str) -> str:
    return PACKAGE.replace("  </metadata>", "".join(metas) + "</metadata>")


def test_every_metadata_text_is_held() -> None:
    pairs = [(h.key, h.value) for h in epub.held(plain())]
    assert pairs == [
        ("identifier", "urn:uuid:12345678-0000-4000-8000-000000000000"),
        ("title", "书名"),
        ("language", "zh"),
        ("dcterms:modified", "2026-01-02T03:04:06Z"),
        ("cover", "none"),
    ]


def test_the_rest_of_the_package_document_stays_byte_for_byte() -> None:
    new = unpacked(labelled(plain()))["OEBPS/package.opf"].decode()
    start = new.index('<meta name="AIGC"')
    end = new.index("/>", start) + 2
    assert new[:start] + new[end:] == PACKAGE


def test_the_type_stays_first_and_stored() -> None:
    data = labelled(plain())
    assert data[:4] == b"PK\x03\x04"
    assert data[8:10] == b"\x00\x00"
    assert data[30:58] == b"mimetypeapplication/epub+zip"


def test_several_labels_become_one() -> None:
    metas = f"<meta name='AIGC' content='{LABEL}'/><meta property='x:AIGC'>{LABEL}</meta>"
    data = packed(book(with_meta(metas, f"<dc:source>{WRAPPED}</dc:source>")))
    assert len(marks_of(epub.held(data))) == 3
    kept = [(e.tag, e.get("name")) for e in metadata(labelled(data))]
    assert kept.count((f"{{{OPF}}}meta", "AIGC")) == 1
    assert kept[-1][0].endswith("source")


def test_labels_in_every_rendition_become_one_in_the_first() -> None:
    second = with_meta(f"<meta name='AIGC' content='{LABEL}'/>")
    more = "</rootfiles>"
    container = CONTAINER.replace(more, f'<rootfile full-path="b.opf"/>{more}')
    data = packed({**book(), "META-INF/container.xml": container, "b.opf": second})
    new = unpacked(labelled(data))
    assert new["b.opf"].decode() == PACKAGE.replace("  </metadata>", "</metadata>")
    assert b"AIGC" in new["OEBPS/package.opf"]


def test_metadata_of_old_packages_is_read_inside_its_wrappers() -> None:
    old = (
        '<!DOCTYPE package PUBLIC "+//ISBN 0-9673008-1-9//DTD OEB 1.2 Package//EN" "oeb.dtd">'
        "<package><metadata><dc-metadata><Title>t</Title></dc-metadata><x-metadata>"
        f"<meta name='AIGC' content='{LABEL}'/></x-metadata></metadata></package>"
    )
    data = packed(book(old))
    assert [(h.key) for h in epub.held(data)] == ["Title", "AIGC"]
    labelled(data)


def test_a_signed_book_is_not_written() -> None:
    data = packed({**book(), "META-INF/signatures.xml": "<signatures/>"})
    with pytest.raises(InputError, match="is signed"):
        epub.write(data, NEW)
    assert epub.write(data, None) == []


def test_c2pa_is_held() -> None:
    data = packed({**book(), "META-INF/content_credential.c2pa": b"\x00jumb"})
    assert [h.value for h in epub.held(data) if h.kind == "c2pa"] == [b"\x00jumb"]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"META-INF/container.xml": "<container/>"}, "names no package document"),
        ({"META-INF/container.xml": "<container"}, "container.xml at byte .* is no XML"),
        ({"OEBPS/package.opf": f'<package xmlns="{OPF}"/>'}, "package.opf .* has no metadata"),
        ({"OEBPS/package.opf": "<package>"}, "package.opf at byte .* is no XML"),
    ],
)
def test_broken_books_are_told(parts: dict[str, str], told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        epub.write(packed({**book(), **parts}), NEW)


def test_a_book_without_container_is_damaged() -> None:
    data = packed({n: p for n, p in book().items() if not n.startswith("META-INF")})
    with pytest.raises(DamagedFile, match=r"has no META-INF/container\.xml"):
        list(epub.held(data))


def test_the_type_tells() -> None:
    assert not odt.knows(plain())
    assert not epub.knows(packed({**book(), "mimetype": "application/zip"}))
    assert epub.knows(packed({**book(), "mimetype": "application/epub+zip\n"}))
    assert epub.knows(packed({n: p for n, p in book().items() if n != "mimetype"}))
    assert not epub.knows(plain()[:-1])
