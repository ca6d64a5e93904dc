from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import needs

from qingjian.core.types import ByteRange
from qingjian.labels import generators
from qingjian.labels.formats import png
from qingjian.labels.mark import Held

AT = ByteRange(0, 1)
A1111 = "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 8x8"
GRAPH = '{"3": {"class_type": "KSampler", "inputs": {"seed": 1}}}'
JOB = "a castle --ar 4:3 --v 5.2 Job ID: 2b6e053b-9a65-4ca9-9e13-b6f4465164d4"
UUID = "2b6e053b-9a65-4ca9-9e13-b6f4465164d4"
SIGNED = "Signature: " + "Ab1+" * 20


def pair(key: str, value: str) -> Held:
    return Held("pair", value, AT, f"at {key}", key)


def schemes(*held: Held, data: bytes = b"") -> list[str]:
    return [mark.scheme for mark in generators.marks_of(held, data)]


@pytest.mark.parametrize(
    ("key", "value", "scheme"),
    [
        ("parameters", A1111, "stable_diffusion"),
        ("EXIF:UserComment", A1111, "stable_diffusion"),
        ("prompt", GRAPH, "comfyui"),
        ("workflow", '{"nodes": []}', "comfyui"),
        ("invokeai_metadata", "{}", "invokeai"),
        ("fooocus_scheme", "fooocus", "fooocus"),
        ("Description", JOB, "midjourney"),
        ("EXIF:ImageDescription", "x --stylize 100 --v 6", "midjourney"),
        ("Software", "NovelAI", "novelai"),
        ("EXIF:Software", "ComfyUI 0.3", "comfyui"),
    ],
)
def test_a_trace_is_read_where_generators_leave_it(key: str, value: str, scheme: str) -> None:
    (mark,) = generators.marks_of([pair(key, value)], b"")
    assert mark.scheme == scheme
    assert mark.label == ""
    assert mark.place == f"at {key}"
    assert mark.fields


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("parameters", "Steps: walk, then run"),
        ("Comment", "Steps: 20, Sampler: Euler"),
        ("prompt", "what do you see?"),
        ("Description", "use the flag --v 2"),
        ("Description", "Job ID: 17"),
        ("Software", "GIMP 2.10"),
        ("title", "Midjourney"),
        ("EXIF:Artist", UUID),
    ],
)
def test_what_people_write_is_no_trace(key: str, value: str) -> None:
    assert schemes(pair(key, value)) == []


def test_a_signature_counts_with_its_artist_alone() -> None:
    signature, artist = pair("EXIF:ImageDescription", SIGNED), pair("EXIF:Artist", UUID)
    assert schemes(signature, artist) == ["xai"]
    assert schemes(signature) == []
    assert schemes(signature, pair("EXIF:Artist", "Kim")) == []


def trailer(value: int) -> bytes:
    return b"\xff\xd9" + b'{"version":"v1","genAIType":%d}SEFHk\x00\x00\x00\x4d\x00SEFT' % value


def test_a_device_flags_it_behind_the_end() -> None:
    (mark,) = generators.marks_of([], trailer(8))
    assert (mark.scheme, mark.fields) == ("samsung", {"genAIType": "8"})
    assert isinstance(mark.at, ByteRange)
    assert trailer(8)[mark.at.start : mark.at.end] == b'"genAIType":8'
    assert schemes(data=trailer(0)) == []
    assert schemes(data=trailer(8) + b"x") == []


@given(st.text(max_size=300), st.sampled_from(["parameters", "Software", "prompt", "Description"]))
def test_any_text_is_read(value: str, key: str) -> None:
    assert len(schemes(pair(key, value))) <= 1


def test_real_exports() -> None:
    folder = needs.shared("data", "media_wild")
    for name, scheme in (("mj-1.png", "midjourney"), ("samsung_black_1.png", "samsung")):
        data = (folder / name).read_bytes()
        assert [m.scheme for m in generators.marks_of(png.held(data), data)] == [scheme]
