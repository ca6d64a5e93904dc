from __future__ import annotations

from xml.etree import ElementTree

import pytest
from tests.labels.formats.samples.docx import LABEL, WRAPPED, packed, unpacked
from tests.labels.formats.samples.odt import (
    FIELDS,
    LISTED,
    MANIFEST,
    META,
    OFFICE,
    document,
    fields_of,
    plain,
)

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.formats import epub, odt
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied

NEW = '{"Label":"2","ContentProducer":"q","ProduceID":"<&>"}'
ENTRY = '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>'
ENCRYPTED = MANIFEST.replace(
    ENTRY, ENTRY.replace("/>", "><manifest:encryption-data/></manifest:file-entry>")
)


def labelled(data: bytes, value: str | None = NEW) -> bytes:
    new = applied(data, odt.write(data, value))
    assert [m.label for m in marks_of(odt.held(new))] == ([] if value is None else ["2"])
    assert applied(new, odt.write(new, value)) == new
    return new


def test_every_field_is_held() -> None:
    pairs = [(h.key, h.value, h.place) for h in odt.held(plain())]
    assert pairs == [
        ("generator", "Writer", "meta.xml"),
        ("title", "标题", "meta.xml"),
        ("项目", "清鉴", "meta.xml"),
    ]


def test_the_rest_of_the_fields_stays_byte_for_byte() -> None:
    new = unpacked(labelled(plain()))["meta.xml"].decode()
    start = new.index('<meta:user-defined meta:name="AIGC">')
    end = new.index("</office:meta>")
    assert new[:start] + new[end:] == FIELDS


def test_several_labels_become_one() -> None:
    field = '<meta:user-defined meta:name="%s">%s</meta:user-defined>'
    more = field % ("AIGC", LABEL) + field % ("a", WRAPPED) + field % ("aigc", LABEL)
    data = packed(document(FIELDS.replace("</office:meta>", more + "</office:meta>")))
    assert len(marks_of(odt.held(data))) == 3
    names = [f.get(f"{{{META}}}name") for f in fields_of(labelled(data))]
    assert names == [None, None, "项目", "AIGC"]


@pytest.mark.parametrize(
    "fields",
    [
        f'<o:document-meta xmlns:o="{OFFICE}"><o:meta/></o:document-meta>',
        f'<o:document-meta xmlns:o="{OFFICE}" xmlns:meta="urn:x"><o:meta></o:meta>'
        "</o:document-meta>",
        f'<document-meta xmlns="{OFFICE}"><meta> </meta></document-meta>',
    ],
)
def test_prefixes_are_bound_where_they_are_not(fields: str) -> None:
    (field,) = fields_of(labelled(packed(document(fields))))
    assert field.tag == f"{{{META}}}user-defined"
    assert field.get(f"{{{META}}}name") == "AIGC"


def test_a_document_without_fields_gets_them() -> None:
    parts = document()
    del parts["meta.xml"]
    assert list(odt.held(packed(parts))) == []
    for manifest in (MANIFEST, MANIFEST.replace(ENTRY, "")):
        new = labelled(packed({**parts, "META-INF/manifest.xml": manifest}))
        (field,) = fields_of(new)
        assert field.text == NEW
        listed = ElementTree.fromstring(unpacked(new)["META-INF/manifest.xml"])
        paths = [e.get(f"{{{LISTED}}}full-path") for e in listed]
        assert paths == ["/", "content.xml", "meta.xml"]
    del parts["META-INF/manifest.xml"]
    with pytest.raises(DamagedFile, match=r"has no META-INF/manifest\.xml"):
        odt.write(packed(parts), NEW)


def test_encrypted_fields_are_neither_read_nor_written() -> None:
    data = packed({**document(), "META-INF/manifest.xml": ENCRYPTED, "meta.xml": b"\x01\x02"})
    assert list(odt.held(data)) == []
    assert odt.write(data, None) == []
    with pytest.raises(InputError, match="is encrypted") as told:
        odt.write(data, NEW)
    assert not isinstance(told.value, DamagedFile)
    assert told.value.hint


def test_a_package_that_is_encrypted_whole_is_not_written() -> None:
    parts = {"mimetype": document()["mimetype"], "encrypted-package": b"\x01"}
    with pytest.raises(InputError, match="is encrypted"):
        odt.write(packed(parts), NEW)


def test_a_signed_document_is_not_written() -> None:
    data = packed({**document(), "META-INF/documentsignatures.xml": "<x/>"})
    with pytest.raises(InputError, match="is signed"):
        odt.write(data, NEW)
    assert odt.write(data, None) == []


def test_c2pa_is_held() -> None:
    data = packed({**document(), "META-INF/content_credential.c2pa": b"\x00jumb"})
    assert [h.value for h in odt.held(data) if h.kind == "c2pa"] == [b"\x00jumb"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("<x", "meta.xml at byte .* is no XML"),
        ("<x/>", "meta.xml at byte .* has no office:meta"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><x/>', "declares entities"),
    ],
)
def test_broken_fields_are_told(fields: str, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        odt.write(packed(document(fields)), NEW)


def test_the_type_tells() -> None:
    sheet = "application/vnd.oasis.opendocument.spreadsheet"
    assert odt.knows(packed({**document(), "mimetype": sheet}))
    assert not odt.knows(packed({**document(), "mimetype": "application/zip"}))
    assert not odt.knows(packed({n: p for n, p in document().items() if n != "mimetype"}))
    assert not epub.knows(plain())
    assert not odt.knows(plain()[:-1])
