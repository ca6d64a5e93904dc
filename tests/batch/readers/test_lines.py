from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import chinese, mixed

from qingjian.batch.readers.lines import Line, lines
from qingjian.core.errors import BadEncoding, TooLarge

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030")
SENTENCE = "冒充客服要求开启屏幕共享的电话都是诈骗"


class Dripping(io.BytesIO):
    """A file that gives a few bytes at a time after the first read, as a pipe may."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        """Give at most `most` bytes."""
        assert size is not None
        return super().read(min(size, self._most) if self.tell() else size)


def read(data: bytes, most_bytes: int = 1_000_000) -> list[Line]:
    return list(lines(io.BytesIO(data), most_bytes))


def encoded(text: str, encoding: str) -> bytes:
    return (b"\xfe\xff" if encoding == "utf-16-be" else b"") + text.encode(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_encoding_gives_the_same_lines(encoding: str, end: str) -> None:
    wanted = [SENTENCE, "", SENTENCE * 5000, "last 1"]
    made = read(encoded(end.join(wanted), encoding))
    assert made == [Line(i, text) for i, text in enumerate(wanted, 1)]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_end_at_the_end_starts_no_line(encoding: str) -> None:
    assert read(encoded(f"{SENTENCE}\n", encoding)) == [Line(1, SENTENCE)]


def test_an_empty_file_has_no_line() -> None:
    assert read(b"") == []


@given(st.lists(mixed.map(lambda t: t.replace("\n", "").replace("\r", "")), max_size=6))
def test_lines_of_any_text_come_back(texts: list[str]) -> None:
    data = b"\xef\xbb\xbf" + "\n".join([*texts, "end"]).encode()
    assert [line.text for line in read(data)] == [*texts, "end"]


@given(
    st.lists(st.one_of(chinese, st.text("ab\U0001f600", max_size=9)), min_size=1, max_size=8),
    st.sampled_from(["utf-8", "utf-16"]),
    st.integers(1, 9),
    st.integers(4, 40),
)
def test_however_the_bytes_arrive_the_lines_are_the_same(
    texts: list[str], encoding: str, drip: int, most_bytes: int
) -> None:
    head = "x" * (65_600 if encoding == "utf-8" else 32_800)
    data = "\n".join([head, *texts]).encode(encoding)

    def told(made: Iterator[Line]) -> list[tuple[int, str, str]]:
        return [(n, text, error.what if error else "") for n, text, error in made]

    whole = told(lines(io.BytesIO(data), most_bytes))
    assert told(lines(Dripping(data, drip), most_bytes)) == whole
    assert [number for number, _, _ in whole] == list(range(1, len(whole) + 1))
    for text, (_, got, error) in zip(texts, whole[1:], strict=False):
        assert got == text or "more than" in error


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("length", [21, 100_000, 1_000_000])
@pytest.mark.parametrize("last", [True, False])
def test_a_line_over_the_limit_is_passed_over_to_its_end(
    encoding: str, length: int, last: bool
) -> None:
    data = encoded("好\n" + "人" * length + ("" if last else "\n坏"), encoding)
    first, second, *rest = read(data, 40)
    assert first == Line(1, "好")
    assert isinstance(second.error, TooLarge)
    assert (second.number, second.text) == (2, "")
    assert second.error.what == "line 2 has more than 40 bytes"
    assert rest == ([] if last else [Line(3, "坏")])


def test_a_line_at_the_limit_is_read() -> None:
    assert read(b"x" * 40 + b"\r\n" + b"y" * 41, 40)[0] == Line(1, "x" * 40)


def test_a_very_long_line_is_never_held_whole() -> None:
    most = 0

    class Endless(io.BytesIO):
        def __init__(self) -> None:
            super().__init__()
            self.left = 60_000_000

        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal most
            assert size is not None
            most, give = max(most, size), min(size, self.left)
            self.left -= give
            return b"x" * give

    made = list(lines(Endless(), 1000))
    assert [type(line.error) for line in made] == [TooLarge]
    assert most <= 4_000_000


def test_bytes_that_do_not_decode_cost_their_line_alone() -> None:
    good = '{"text": "你好"}'.encode()
    made = read(b"\n".join([good] * 3000 + [b'{"a": "\xff"}', good]))
    assert [line.number for line in made if line.error] == [3001]
    assert isinstance(made[3000].error, BadEncoding)
    assert made[3000].error.what == "line 3001: byte 0xff at offset 7 is not UTF-8"
    assert made[3001].text == good.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("bad", [0, 2, 6])
def test_a_bad_line_near_the_beginning_does_not_hide_the_encoding(encoding: str, bad: int) -> None:
    whole = [SENTENCE.encode(encoding)] * 7
    whole[bad] = "坏".encode(encoding) + b"\xff\xff"
    made = read(b"\n".join(whole) + b"\n")
    assert [line.number for line in made if line.error] == [bad + 1]
    assert {line.text for line in made if not line.error} == {SENTENCE}


def test_one_bad_line_among_ascii_ones_is_alone() -> None:
    made = read(b"a\nb\n\xff\xfe\xfd\nc\n")
    assert [(line.text, bool(line.error)) for line in made] == [
        ("a", False),
        ("b", False),
        ("", True),
        ("c", False),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"\n".join("né en été".encode("latin-1") for _ in range(9)),
        b"\xff\xfd\xfc",
        b"\n\n\xff\xfd\xfc\n\xff\xfd\xfc\nab\n",
    ],
)
def test_a_beginning_in_no_known_encoding_refuses_the_file(data: bytes) -> None:
    with pytest.raises(BadEncoding, match="is not UTF-8"):
        read(data)


def test_half_a_pair_of_utf16_becomes_one_replacement_character() -> None:
    data = b"\xff\xfe" + "a\ud83db\ndc\udc00".encode("utf-16-le", "surrogatepass")
    assert [line.text for line in read(data)] == ["a\ufffdb", "dc\ufffd"]


@pytest.mark.parametrize("ahead", [32_765, 32_766, 32_767, 32_768])
def test_a_pair_over_the_end_of_a_block_stays_one_character(ahead: int) -> None:
    data = ("x" * ahead + "\U0001f600" * 3).encode("utf-16")
    assert read(data) == [Line(1, "x" * ahead + "\U0001f600" * 3)]


def test_nuls_are_kept() -> None:
    assert read(b"a\x00b\n\x00") == [Line(1, "a\x00b"), Line(2, "\x00")]
