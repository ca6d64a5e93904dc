from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import chinese, mixed

from qingjian.core.errors import BadEncoding
from qingjian.media.sniff import decode, magic, text_format

SENTENCE = "请大家注意，冒充客服要求开启屏幕共享的电话都是诈骗。"
MAGICS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff\xe0", "jpeg"),
    (b"GIF89a", "gif"),
    (b"RIFF\x00\x00\x00\x00WEBP", "webp"),
    (b"RIFF\x00\x00\x00\x00WAVE", "wav"),
    (b"RIFF\x00\x00\x00\x00AVI ", "avi"),
    (b"%PDF-1.7", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"Rar!\x1a", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"ID3\x04", "mp3"),
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"\x00\x00\x00\x20ftypisom", "mp4"),
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"FLV\x01", "flv"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"PAR1", "parquet"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"\x7fELF", "elf"),
)


@pytest.mark.parametrize(("head", "format"), MAGICS)
def test_a_format_is_told_by_its_first_bytes(head: bytes, format: str) -> None:
    assert magic(head + bytes(64)) == format


@pytest.mark.parametrize("head", [b"", b"\x89PN", "你好".encode(), b"MZ\x90\x00", b"RIFF1234"])
def test_bytes_of_no_known_format_have_no_magic(head: bytes) -> None:
    assert magic(head) is None


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("<!DOCTYPE html><p>x", "html"),
        ("\ufeff\n <HTML lang=zh>", "html"),
        ("<!-- a --><!-- b -->\n<body>", "html"),
        ("---\ntitle: x\n---\n", "markdown"),
        ("\ufeff--- \r\nx", "markdown"),
        ("<p>a</p>", None),
        ("----\n", None),
        ("htmlx", None),
        ("", None),
    ],
)
def test_a_text_shows_its_format_by_its_beginning(text: str, format: str | None) -> None:
    assert text_format(text) == format


@given(mixed.filter(lambda t: "\x00" not in t and not t.startswith("\ufeff")))
def test_utf8_is_read_as_it_was_written(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8", 0)
    assert decode(b"\xef\xbb\xbf" + text.encode()) == (text, "utf-8", 0)


@given(mixed, st.sampled_from([("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")]))
def test_utf16_with_a_mark_is_read_as_it_was_written(text: str, kind: tuple[str, bytes]) -> None:
    encoding, mark = kind
    assert decode(mark + text.encode(encoding)) == (text, encoding, 0)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_seen_by_its_nuls(encoding: str) -> None:
    text = "call 400-800-8820 and pay first " * 3
    assert decode(text.encode(encoding)) == (text, encoding, 0)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_half_a_pair_of_utf16_is_kept_for_the_one_rule(encoding: str) -> None:
    mark = "\ufeff".encode(encoding)
    raw = "好\ud83d坏".encode(encoding, "surrogatepass")
    assert decode(mark + raw).text == "好\ud83d坏"


@given(st.integers(1, 40))
def test_gb18030_is_read_as_it_was_written(times: int) -> None:
    text = (SENTENCE * 2)[: times + 6]
    assert decode(text.encode("gb18030")) == (text, "gb18030", 0)


@pytest.mark.parametrize(("encoding", "cut"), [("utf-8", 2), ("gb18030", 1), ("utf-16", 1)])
def test_a_text_cut_inside_its_last_character_is_read_up_to_there(encoding: str, cut: int) -> None:
    data = SENTENCE.encode(encoding)
    decoded = decode(data[:-1])
    assert decoded.text == SENTENCE[:-1]
    assert decoded.cut_bytes == cut


@given(chinese.filter(lambda t: len(t) > 3), st.data())
def test_every_truncation_of_utf8_gives_a_prefix(text: str, data: st.DataObject) -> None:
    raw = text.encode()
    at = data.draw(st.integers(0, len(raw)))
    decoded = decode(raw[:at])
    assert text.startswith(decoded.text)
    assert len(decoded.text.encode()) + decoded.cut_bytes == at


def test_nuls_in_utf8_are_kept() -> None:
    assert decode(b"a\x00b").text == "a\x00b"
    assert decode(bytes(3000)) == ("\x00" * 3000, "utf-8", 0)
    assert decode(SENTENCE.encode() + b"\x00\x00") == (SENTENCE + "\x00\x00", "utf-8", 0)


@pytest.mark.parametrize(
    ("data", "byte"),
    [
        (b"abc \xff def", "byte 0xff at offset 4 is not UTF-8"),
        (b"\xef\xbb\xbfabc\xc3\x28", "byte 0xc3 at offset 6 is not UTF-8"),
        (("naïve café, déjà vu. " * 4).encode("latin-1"), "byte 0xef at offset 2 is not UTF-8"),
        ("日本語のテキスト".encode("shift_jis"), "byte 0x93 at offset 0 is not UTF-8"),
        (bytes(range(128, 256)) * 8, "byte 0x80 at offset 0 is not UTF-8"),
    ],
)
def test_anything_else_is_refused_with_the_byte_that_does_not_fit(data: bytes, byte: str) -> None:
    with pytest.raises(BadEncoding) as refused:
        decode(data)
    assert refused.value.what == byte


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        decoded = decode(data)
    except BadEncoding as refused:
        assert "byte 0x" in refused.what
    else:
        assert 0 <= decoded.cut_bytes <= 3


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Zahlung fällig, bitte prüfen Sie über die Größe der Straße. ", "latin-1"),
        ("Voilà l'été, les élèves sont très contents d'être à la plage. ", "latin-1"),
        ("Señor, mañana será otro día según la opinión del público. ", "latin-1"),
        ("Привет, как дела сегодня вечером? ", "cp1251"),
        ("日本語のテキストです。", "euc-jp"),
    ],
)
def test_other_languages_are_not_taken_for_chinese(text: str, encoding: str) -> None:
    with pytest.raises(BadEncoding):
        decode((text * 5).encode(encoding))


@pytest.mark.parametrize(
    "text",
    [
        "代開人臉識別，先過後付，請加微信聯繫",
        "扫脸 verify 过不去？加VX: abc123，秒过！",
        "【公告】①办卡②取款③结算",
    ],
)
def test_chinese_of_many_kinds_is_read_from_gb18030(text: str) -> None:
    assert decode(text.encode("gb18030")) == (text, "gb18030", 0)
