from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import needs
from tests.labels.carriers import packet

from qingjian.core.types import ByteRange
from qingjian.labels import generators
from qingjian.labels.formats import png
from qingjian.labels.mark import Held

AT = ByteRange(0, 1)
A1111 = "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 8x8"
GRAPH = '{"3": {"class_type": "KSampler", "inputs": {"seed": 1}}}'
JOB = "a castle --ar 4:3 --v 5.2 Job ID: 2b6e053b-9a65-4ca9-9e13-b6f4465164d4"
SWARM = '{"sui_image_params": {"prompt": "a cat", "seed": 1}}'
FOOOCUS = '{"prompt": "", "negative_prompt": "", "base_model": "xl", "guidance_scale": 4.0}'
NOVELAI = '{"uc": "lowres", "steps": 28, "sampler": "k_euler", "seed": 9, "scale": 11.0}'
DRAW_THINGS = '{"c":"fox","uc":"photo","model":"v8","sampler":"DPM","seed":1,"scale":6.5}'
MOCHI = "Include in Image: a cat; Model: m; Steps: 8; Generator: Mochi Diffusion 6.0"
TENCENT = '{"ServiceProvider":"\u817e\u8baf\u4e91","ServiceUser":"1","Time":"2025","ContentId":"x"}'
DREAMINA = '{"data":{"product":"dreamina","exportType":"generation","os":"ios"}}'
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
        ("workflow", '{"nodes": [], "links": []}', "comfyui"),
        ("EXIF:Model", "prompt:" + GRAPH, "comfyui"),
        ("EXIF:ImageDescription", 'Workflow:{"last_node_id": 9, "nodes": []}', "comfyui"),
        ("comment", json.dumps({"prompt": GRAPH}), "comfyui"),
        ("\u00a9cmt", json.dumps({"prompt": GRAPH}), "comfyui"),
        ("Comment", A1111, "stable_diffusion"),
        ("EXIF:UserComment", SWARM, "swarmui"),
        ("parameters", SWARM, "swarmui"),
        ("EXIF:Model", SWARM, "swarmui"),
        ("Comment", FOOOCUS, "fooocus"),
        ("EXIF:Software", "Fooocus v2.5.5", "fooocus"),
        ("Comment", NOVELAI, "novelai"),
        ("Source", "NovelAI Diffusion V4.5 B5A2A797", "novelai"),
        ("Source", "Stable Diffusion XL C1E1DE52", "novelai"),
        ("Title", "NovelAI generated image", "novelai"),
        ("EXIF:UserComment", DRAW_THINGS, "drawthings"),
        ("use_stable_diffusion_model", "sd-v1-5", "easy_diffusion"),
        ("EXIF:UserComment", '{"mflux_version": "0.9", "seed": 1}', "mflux"),
        ("IPTC:Caption-Abstract", MOCHI, "mochi_diffusion"),
        ("IPTC:OriginatingProgram", "Mochi Diffusion", "mochi_diffusion"),
        ("Dream", '"a boat [storm]" -s 50 -S 1234 -W 512 -H 512', "invokeai"),
        ("sd-metadata", '{"model": "stable diffusion"}', "invokeai"),
        ("EXIF:Software", "AI generated;txt2img;flux", "flux"),
        ("EXIF:Make", "Black Forest Labs", "flux"),
        ("EXIF:Make", "Ideogram AI", "ideogram"),
        ("Software", "reve.com", "reve"),
        ("comment", "made with suno; created=2025-10-08T16:20:02Z; id=" + UUID, "suno"),
        ("COMM:description", "made with suno studio; created=2026-07-24T10:12:13Z", "suno"),
        ("WOAS", "https://suno.com/song/" + UUID, "suno"),
        ("IPTC:Credit", "Edited with Google AI", "google"),
        ("XMP:Credit", "Made with Google AI", "google"),
        ("EXIF:ImageDescription", TENCENT, "tencent_cloud"),
        ("AigcInfo", '{"aigc_label_type":2}', "bytedance"),
        ("EXIF:UserComment", DREAMINA, "bytedance"),
        ("EXIF:ImageDescription", '{"data": "{\\"aigc_type\\": 1}"}', "bytedance"),
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
        ("Description", "ffmpeg --v 5 --ar 44100 in.wav"),
        ("workflow", '{"nodes": [], "connections": {}}'),
        ("workflow", "prompt:first, then class_type and inputs"),
        ("Comment", "Steps: 20, 000 a day. Size: two laps"),
        ("Comment", "our next talk: Steps: 20, Seed: 5"),
        ("EXIF:Model", "Canon EOS 5D"),
        ("EXIF:Make", "Ideogram AI-free paper"),
        ("Source", "photo of a talk on Stable Diffusion"),
        ("Source", "Wikipedia"),
        ("EXIF:Software", "GIMP, after a sketch by ComfyUI"),
        ("EXIF:Software", "Adobe Photoshop 25.0"),
        ("Comment", '{"seed": 1, "steps": 2, "model": "resnet"}'),
        ("Comment", '{"c": 1, "uc": 2}'),
        ("Comment", "music made with suno, by a friend"),
        ("Credit", "Made with Google AI Studio by Ann"),
        ("Credit", "Google"),
        ("Comment", "edited with Google AI? no"),
        ("EXIF:ImageDescription", '{"ServiceProvider": "SAML", "ServiceUser": "root"}'),
        ("AigcInfo", '{"aigc_label_type":0}'),
        ("EXIF:UserComment", '{"product": "dreamina", "exportType": "retouch"}'),
        ("EXIF:UserComment", '{"product": "doubao"}'),
        ("Dream", "a field of flowers -S 3"),
        ("WOAS", "https://example.org/suno.com/song/"),
        ("hf-job-id", UUID),
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


def test_properties_of_a_packet_are_looked_at() -> None:
    credit = '<p:Credit xmlns:p="http://ns.adobe.com/photoshop/1.0/">Made with Google AI</p:Credit>'
    (mark,) = generators.marks_of([Held("xmp", packet(credit), AT, "APP1 XMP")], b"")
    assert (mark.scheme, mark.place) == ("google", "APP1 XMP Credit")
    assert mark.fields == {"credit": "Made with Google AI"}


def test_a_program_that_signs_without_a_source_leaves_a_trace() -> None:
    assert schemes(Held("c2pa", b"jumb Dreamina/6.1 c2pa-rs", AT, "APP11 JUMBF")) == ["dreamina"]
    assert schemes(Held("c2pa", b"jumb CapCut/6.1 c2pa-rs", AT, "APP11 JUMBF")) == []


def test_what_stands_outside_the_metadata_is_looked_at() -> None:
    assert schemes(data=b'\xff\xd9{"genAIType":8}SEFT') == ["samsung"]


@pytest.mark.parametrize("piece", ["Steps: 1, ", '" -S 1', "{\\", "--v 1 ", "Signature: A", "x\n"])
def test_long_texts_are_read_at_once(piece: str) -> None:
    value = piece * (4_000_000 // len(piece))
    began = time.perf_counter()
    keys = ("parameters", "Dream", "Description", "EXIF:ImageDescription", "Software", "AigcInfo")
    generators.marks_of([pair(key, value) for key in keys], b"")
    assert time.perf_counter() - began < 3


@given(st.text(max_size=300), st.sampled_from(["parameters", "Software", "prompt", "Description"]))
def test_any_text_is_read(value: str, key: str) -> None:
    assert len(schemes(pair(key, value))) <= 1


def test_real_exports() -> None:
    folder = needs.shared("data", "media_wild")
    for name, scheme in (("mj-1.png", "midjourney"), ("samsung_black_1.png", "samsung")):
        data = (folder / name).read_bytes()
        assert [m.scheme for m in generators.marks_of(png.held(data), data)] == [scheme]
