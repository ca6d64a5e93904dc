"""
Where the objects of a PDF file stand: its tables, its streams, and hybrids of both.

Nothing is searched for: an object stands where the file says, or the file is damaged.

Source: ISO 32000-1, 7.5.4 to 7.5.8 (tables and streams), annex C (limits), annex H (a header behind
other bytes; offsets then count from it, in practice also from the first byte).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from qingjian.core.errors import DamagedFile
from qingjian.labels.structures.pdfobjects import STOP, WHITE, Array, Value, whole
from qingjian.labels.structures.pdfstreams import MOST_STREAM, OBJECT, Object, Windows

HEADER = 1024
MOST_OBJECTS = 8_388_608
_FOOTER = 1024 + 64
_MOST_SECTIONS = 10_000
_MOST_RUNS = 500_000
_END = re.compile(rb"startxref%b{1,16}+([0-9]{1,20})%b{0,16}+%%%%EOF" % (WHITE, WHITE))
_GOES_ON = re.compile(
    rb"(?:%(w)b++|%%[^\r\n]*+[\r\n])*+(?:xref%(w)b|x(?:r(?:ef?)?)?\Z|[0-9]{1,10}+"
    rb"(?:%(w)b++[0-9]{1,5}+%(w)b++obj|(?:%(w)b++(?:[0-9]{1,5}+(?:%(w)b++(?:ob?)?)?)?)?\Z))"
    % {b"w": WHITE}
)
_LINEAR = re.compile(rb"obj%b{0,16}+<<[^>]{0,256}?/Linearized%b" % (WHITE, STOP))
_LENGTH = re.compile(rb"/L%b{1,16}+([0-9]{1,15})%b" % (WHITE, STOP))
_TABLE = re.compile(rb"%b{0,16}+xref(?=%b)" % (WHITE, WHITE))
_RUN = re.compile(rb"%b{0,16}+([0-9]{1,10})%b{1,8}+([0-9]{1,10})%b{1,8}+" % ((WHITE,) * 3))
_LINE = re.compile(rb"([0-9]{10}) ([0-9]{5}) ([nf])[ \r\n]{1,3}+")
_TRAILER = re.compile(rb"%b{0,16}+trailer%b" % (WHITE, STOP))


class Place(NamedTuple):
    """
    Where an object stands.

    Args:
        kind: 0 nowhere, 1 in the file, 2 packed in an object stream; -1 when nothing is said.
        at: the offset, or the number of the object stream.
        more: the generation, or the index in the object stream.
    """

    kind: int
    at: int
    more: int


class _Run(NamedTuple):
    """Lines of objects that are numbered one after another."""

    first: int
    many: int
    at: int
    width: int


class Section(NamedTuple):
    """A table or a stream of places; a table's lines stay in the file and have no `widths`."""

    trailer: Object
    runs: list[_Run]
    widths: tuple[int, ...]
    rows: bytes
    hidden: Section | None

    def line(self, number: int, file: Windows) -> Place:
        """Give what is said of an object."""
        index = bisect_right(self.runs, number, key=lambda run: run.first) - 1
        if index < 0 or number >= self.runs[index].first + self.runs[index].many:
            return Place(-1, 0, 0)
        run = self.runs[index]
        at = run.at + (number - run.first) * run.width
        if not self.widths:
            line = _LINE.match(file.at(at, 24))
            if line is None:
                raise DamagedFile(f"the table of objects is broken at byte {at}")
            return Place(int(line[3] == b"n"), int(line[1]), int(line[2]))
        fields = []
        for width in self.widths[:3]:
            fields.append(int.from_bytes(self.rows[at : at + width], "big"))
            at += width
        return Place(fields[0] if self.widths[0] else 1, fields[1], fields[2])


class Xref:
    """
    Every table of objects, the newest first.

    Args:
        shift: the byte that offsets count from.
        start: the offset of the newest table.
        size: one more than the highest number of an object.

    Raises DamagedFile when the way from the end of the file to its objects is broken.
    """

    def __init__(self, file: Windows) -> None:
        self._file = file
        self._runs = 0
        self.shift, self.start = self._beginning()
        self.sections = self._chain()
        self.trailer = self.sections[0].trailer
        every = [*self.sections, *(s.hidden for s in self.sections if s.hidden)]
        self.size = max(
            whole(self.trailer.form.get(b"Size"), MOST_OBJECTS, "Size", self.trailer.base),
            *(run.first + run.many for section in every for run in section.runs),
            1,
        )

    def find(self, number: int) -> Place:
        """Give where an object stands."""
        for section in self.sections:
            place = section.line(number, self._file)
            if place.kind <= 0 and section.hidden:
                place = max(place, section.hidden.line(number, self._file))
            if place.kind >= 0:
                return place
        return Place(0, 0, 0)

    def newest(self) -> int:
        """Give the byte where the first object of the last revision begins, -1 if it has many."""
        section = self.sections[0]
        if sum(run.many for run in section.runs) > 4:
            return -1
        numbers = (n for run in section.runs for n in range(run.first, run.first + run.many))
        places = (section.line(number, self._file) for number in numbers)
        return min((place.at + self.shift for place in places if place.kind == 1), default=-1)

    def _beginning(self) -> tuple[int, int]:
        """Give where offsets count from, and the offset of the newest table."""
        end = self._file.end
        header = self._file.at(0, HEADER).find(b"%PDF-")
        if header < 0:
            raise DamagedFile(f"no %PDF- in the first {HEADER:,} bytes from byte 0")
        self._check_length()
        window = self._file.at(max(0, end - _FOOTER), _FOOTER)
        ends = list(_END.finditer(window))
        if not ends:
            raise DamagedFile(f"the PDF ends at byte {end} without startxref and %%EOF")
        if _GOES_ON.match(window, ends[-1].end()):
            raise DamagedFile(f"the PDF ends at byte {end} inside an update")
        start = int(ends[-1][1])
        for shift in dict.fromkeys((header, 0)):
            at = start + shift
            if at >= end or self._file.at(max(0, at - 1), 5) == b"txref":
                continue
            head = self._file.at(at, 96)
            if _TABLE.match(head) or OBJECT.match(head):
                return shift, start
        raise DamagedFile(f"startxref says {start}: at that byte no table of objects begins")

    def _check_length(self) -> None:
        """Raise DamagedFile when a file that is laid out for the web is shorter than it says."""
        head = self._file.at(0, HEADER)
        linear = _LINEAR.search(head)
        said = (
            _LENGTH.search(head, linear.start(), head.find(b">>", linear.end())) if linear else None
        )
        if said and int(said[1]) > self._file.end:
            end = self._file.end
            raise DamagedFile(f"the PDF ends at byte {end} before its {int(said[1]):,} bytes")

    def _chain(self) -> list[Section]:
        sections: list[Section] = []
        seen: set[int] = set()
        at: Value = self.start
        while at is not None:
            place = whole(at, self._file.end, "Prev", self.start) + self.shift
            if place in seen:
                raise DamagedFile(f"the tables of objects lead back to byte {place}")
            if len(sections) >= _MOST_SECTIONS:
                raise DamagedFile(f"more than {_MOST_SECTIONS:,} tables of objects at byte {place}")
            seen.add(place)
            table = _TABLE.match(self._file.at(place, 96))
            section = self._table(place, place + table.end()) if table else self._stream(place)
            sections.append(section)
            at = section.trailer.form.get(b"Prev")
        return sections

    def _table(self, start: int, at: int) -> Section:
        runs: list[_Run] = []
        while True:
            head = self._file.at(at, 96)
            if trailer := _TRAILER.match(head):
                break
            run = _RUN.match(head)
            line = _LINE.match(head, run.end()) if run else None
            if run is None or (line is None and int(run[2])):
                raise DamagedFile(f"the table of objects at byte {start} is broken at byte {at}")
            at += run.end()
            width = line.end() - line.start() if line else 0
            self._add(runs, _Run(int(run[1]), int(run[2]), at, width), start)
            at += int(run[2]) * width
        found = self._file.read(at + trailer.end())
        hidden = found.form.get(b"XRefStm")
        behind = None
        if hidden is not None:
            behind = self._stream(whole(hidden, self._file.end, "XRefStm", at) + self.shift)
        return Section(found, sorted(runs), (), b"", behind)

    def _stream(self, start: int) -> Section:
        found = self._file.read_object(start)[1]
        form = found.form
        if form.get(b"Type") != b"XRef":
            raise DamagedFile(f"at byte {start} stands no table of objects")
        widths = tuple(whole(w, 8, "W", start) for w in _array(form.get(b"W"), start))
        numbers: Sequence[Value] = (0, form.get(b"Size"))
        if form.get(b"Index") is not None:
            numbers = _array(form.get(b"Index"), start)
        if len(widths) < 3 or not sum(widths) or len(numbers) % 2:
            raise DamagedFile(f"the stream of objects at byte {start} has rows of no known form")
        runs: list[_Run] = []
        at = 0
        for pair in zip(numbers[::2], numbers[1::2], strict=True):
            first, many = (whole(n, MOST_OBJECTS, "Index", start) for n in pair)
            self._add(runs, _Run(first, many, at, sum(widths)), start)
            at += many * sum(widths)
        span = self._file.stream(found, form.get(b"Length"))
        rows = self._file.content(form, span, MOST_STREAM)
        if rows is None or len(rows) < at:
            what = "is packed in an unknown way" if rows is None else "has too few rows"
            raise DamagedFile(f"the stream of objects at byte {start} {what}")
        return Section(found, sorted(runs), widths, rows, None)

    def _add(self, runs: list[_Run], run: _Run, start: int) -> None:
        self._runs += 1
        if self._runs > _MOST_RUNS or run.first + run.many > MOST_OBJECTS:
            raise DamagedFile(f"the table of objects at byte {start} has too many objects")
        if run.many:
            runs.append(run)


def _array(value: Value, at: int) -> list[Value]:
    if not isinstance(value, Array):
        raise DamagedFile(f"the stream of objects at byte {at} has rows of no known form")
    return [item.value for item in value.items]
