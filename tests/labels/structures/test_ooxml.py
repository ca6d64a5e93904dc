"""Office packages: which parts are found, what connects a new one, and what is not written."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from tests.labels.formats.samples.docx import (
    CUSTOM,
    HEAD,
    LABEL,
    OFFICE,
    RELS,
    STRICT,
    TYPES,
    VALUES,
    WRAPPED,
    connected,
    custom,
    document,
    packed,
    properties,
    unpacked,
)

from qingjian.core.errors import DamagedFile, InputError
from qingjian.labels.gb45438 import marks_of
from qingjian.labels.splice import applied
from qingjian.labels.structures import ooxml

NEW = '{"Label":"2","ContentProducer":"q","ProduceID":"<&>"}'
PLAIN = document()


def labelled(data: bytes, value: str | None = NEW) -> bytes:
    new = applied(data, ooxml.write(data, value))
    assert [m.label for m in marks_of(ooxml.held(new))] == ([] if value is None else ["2"])
    assert applied(new, ooxml.write(new, value)) == new
    return new


def with_custom(part: bytes | str) -> bytes:
    return packed(connected(PLAIN, part))


def without(*names: str) -> bytes:
    return packed({n: p for n, p in PLAIN.items() if n not in names})


def test_every_property_is_held_with_its_part() -> None:
    data = with_custom(custom(("AIGC", LABEL), ("项目", "清鉴")))
    held = list(ooxml.held(data))
    assert [(h.place, h.key, h.value) for h in held] == [
        ("docProps/core.xml", "title", "标题"),
        ("docProps/core.xml", "creator", "作者"),
        ("docProps/core.xml", "description", "said"),
        ("docProps/app.xml", "Application", "Writer"),
        ("docProps/custom.xml", "AIGC", LABEL),
        ("docProps/custom.xml", "项目", "清鉴"),
    ]
    for each in held:
        assert data[each.at.start : each.at.end][30:].startswith(each.place.encode())


def test_a_new_part_is_connected_by_type_and_relationship() -> None:
    parts = unpacked(labelled(packed(PLAIN)))
    assert properties(parts) == [("2", "AIGC", NEW)]
    relations = ElementTree.fromstring(parts["_rels/.rels"])
    assert [r.get("Id") for r in relations] == ["rId1", "rId3", "rId2"]
    assert all(r.tag == f"{{{RELS}}}Relationship" for r in relations)
    types = ElementTree.fromstring(parts["[Content_Types].xml"])
    assert types[-1].tag == f"{{{TYPES}}}Override"
    assert list(parts) == [*PLAIN, "docProps/custom.xml"]


def test_the_new_property_has_the_form_that_office_writes() -> None:
    part = unpacked(labelled(packed(PLAIN)))["docProps/custom.xml"].decode()
    (entry,) = ElementTree.fromstring(part)
    assert entry.tag == f"{{{CUSTOM}}}property"
    assert entry.get("fmtid") == "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
    assert [e.tag for e in entry] == [f"{{{VALUES}}}lpwstr"]


def test_only_the_label_changes_in_a_part_that_is_there() -> None:
    part = custom(("a", "1"), ("AIGC", LABEL), ("b", "2")).replace("><prop", ">\r\n <prop")
    new = unpacked(labelled(with_custom(part)))["docProps/custom.xml"].decode()
    assert new == part.replace(LABEL, escape(NEW))
    gone = unpacked(labelled(with_custom(part), None))["docProps/custom.xml"].decode()
    start = part.index("<property", part.index('name="a"'))
    end = part.index("</property>", start) + len("</property>")
    assert gone == part[:start] + part[end:]


def test_several_labels_become_one() -> None:
    part = custom(("aigc", LABEL), ("a", "1"), ("AIGC", LABEL), ("note", WRAPPED))
    new = unpacked(labelled(with_custom(part)))
    assert properties(new) == [("2", "AIGC", NEW), ("3", "a", "1")]


@pytest.mark.parametrize(
    ("ids", "own"),
    [((), "2"), (("2", "3"), "4"), (("3",), "2"), (("2", "4", "x", ""), "3"), (("0", "1"), "2")],
)
def test_the_next_free_id_is_taken(ids: tuple[str, ...], own: str) -> None:
    listed = "".join(f'<property pid="{i}" name="n{i}"/>' for i in ids)
    part = f'<Properties xmlns="{CUSTOM}">{listed}</Properties>'
    assert properties(unpacked(labelled(with_custom(part))))[-1] == (own, "AIGC", NEW)


@pytest.mark.parametrize("id", ["", "1", "x", "3", "9" * 5000, "-2", "２"])
def test_an_id_that_cannot_stay_is_replaced(id: str) -> None:
    part = f'<Properties xmlns="{CUSTOM}"><property pid="3" name="a"/>'
    part += f'<property pid="{id}" name="AIGC"/></Properties>'
    assert properties(unpacked(labelled(with_custom(part))))[-1] == ("2", "AIGC", NEW)


@pytest.mark.parametrize(
    "root",
    [
        f'<Properties xmlns="{CUSTOM}"/>',
        f'<p:Properties xmlns:p="{CUSTOM}" />',
        f'<p:Properties xmlns:p="{CUSTOM}" xmlns:vt="urn:other"></p:Properties>',
        f'<p:Properties xmlns:p="{CUSTOM}" xmlns="urn:other" xmlns:vt="{VALUES}"></p:Properties>',
    ],
)
def test_namespaces_are_bound_where_they_are_not(root: str) -> None:
    part = unpacked(labelled(with_custom(root)))["docProps/custom.xml"]
    (entry,) = ElementTree.fromstring(part)
    assert (entry.tag, entry[0].tag) == (f"{{{CUSTOM}}}property", f"{{{VALUES}}}lpwstr")


def strict(parts: Mapping[str, bytes | str]) -> dict[str, bytes | str]:
    rels = str(parts["_rels/.rels"]).replace(OFFICE, STRICT)
    return {**parts, "_rels/.rels": rels}


def test_a_strict_package_gets_strict_namespaces() -> None:
    parts = unpacked(labelled(packed(strict(PLAIN))))
    (entry,) = ElementTree.fromstring(parts["docProps/custom.xml"])
    assert entry.tag == f"{{{STRICT}customProperties}}property"
    assert entry[0].tag == f"{{{STRICT}docPropsVTypes}}lpwstr"
    relation = ElementTree.fromstring(parts["_rels/.rels"])[-1]
    assert relation.get("Type") == STRICT + "relationships/customProperties"


def test_parts_are_found_by_relationship_whatever_their_name() -> None:
    parts = connected(PLAIN, "")
    rels = parts["_rels/.rels"]
    types = parts["[Content_Types].xml"]
    assert isinstance(rels, bytes)
    assert isinstance(types, bytes)
    parts["_rels/.rels"] = rels.replace(b'"docProps/custom', b'"/properties/my%20own')
    parts["[Content_Types].xml"] = types.replace(b"/docProps/custom", b"/properties/my%20own")
    del parts["docProps/custom.xml"]
    parts["properties/my own.xml"] = custom(("AIGC", LABEL))
    new = unpacked(labelled(packed(parts)))
    assert b"ProduceID" in new["properties/my own.xml"]
    assert new["_rels/.rels"] == parts["_rels/.rels"]
    assert new["[Content_Types].xml"] == parts["[Content_Types].xml"]


def test_a_part_that_nothing_points_to_is_connected() -> None:
    data = packed({**PLAIN, "docProps/custom.xml": custom(("a", "1"))})
    assert properties(unpacked(labelled(data))) == [("2", "a", "1"), ("3", "AIGC", NEW)]


def test_a_label_in_a_core_property_is_blanked() -> None:
    core = str(PLAIN["docProps/core.xml"]).replace("said", WRAPPED)
    data = packed({**PLAIN, "docProps/core.xml": core})
    (mark,) = marks_of(ooxml.held(data))
    assert [d.id for d in mark.deviations] == ["place.property"]
    new = unpacked(labelled(data))
    assert new["docProps/core.xml"].decode() == core.replace(WRAPPED, "")


def test_taking_away_what_is_not_there_changes_nothing() -> None:
    for data in (packed(PLAIN), with_custom(custom(("a", "1")))):
        assert ooxml.write(data, None) == []


def test_c2pa_is_held() -> None:
    data = packed({**PLAIN, "META-INF/content_credential.c2pa": b"\x00jumb"})
    (store,) = [h for h in ooxml.held(data) if h.kind == "c2pa"]
    assert (store.value, store.place) == (b"\x00jumb", "META-INF/content_credential.c2pa")


def test_a_signed_package_is_read_but_not_written() -> None:
    data = packed({**connected(PLAIN, custom(("AIGC", LABEL))), "_xmlsignatures/sig1.xml": "<s/>"})
    assert len(marks_of(ooxml.held(data))) == 1
    for value in (NEW, None):
        with pytest.raises(InputError, match="is signed") as told:
            ooxml.write(data, value)
        assert told.value.hint
    bare = packed({**PLAIN, "_xmlsignatures/sig1.xml": "<s/>"})
    assert ooxml.write(bare, None) == []


def test_utf16_properties_are_read_but_not_written() -> None:
    text = custom(("AIGC", LABEL)).replace("UTF-8", "UTF-16")
    data = with_custom(text.encode("utf-16"))
    assert [m.label for m in marks_of(ooxml.held(data))] == ["1"]
    with pytest.raises(InputError, match="in UTF-16"):
        ooxml.write(data, NEW)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (without("_rels/.rels"), "has no _rels/.rels"),
        (without("[Content_Types].xml"), r"has no \[Content_Types\].xml"),
        (with_custom("<x/>"), "docProps/custom.xml at byte .* holds no properties"),
        (with_custom("<x>"), "docProps/custom.xml at byte .* is no XML"),
        (packed({**PLAIN, "_rels/.rels": "no"}), "_rels/.rels at byte .* is no XML"),
        (b"PK\x03\x04", "without an end record"),
    ],
)
def test_broken_packages_are_told(data: bytes, told: str) -> None:
    with pytest.raises(DamagedFile, match=told):
        ooxml.write(data, NEW)


def test_two_relationships_to_one_part_give_its_properties_once() -> None:
    parts = connected(PLAIN, custom(("AIGC", LABEL)))
    twice = (
        f'<Relationships xmlns="{RELS}"><Relationship Id="a" Type="{OFFICE}relationships/'
        'custom-properties" Target="docProps/custom.xml"/><Relationship Id="b" '
        f'Type="{OFFICE}relationships/extended-properties" Target="/docProps/custom.xml"/>'
        "</Relationships>"
    )
    labelled(packed({**parts, "_rels/.rels": HEAD + twice}))


def test_the_folder_of_the_main_part_tells_the_application() -> None:
    data = packed(PLAIN)
    assert [f for f in ("word", "xl", "ppt") if ooxml.knows(data, f)] == ["word"]
    assert not ooxml.knows(without("[Content_Types].xml"), "word")
    assert not ooxml.knows(data[:-1], "word")
