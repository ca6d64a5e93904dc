"""
Labels of uploaded files: read, verify, write. A file is held in memory; its name is only a name.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import File, Form, Request, Response, UploadFile

from qingjian.api import answers
from qingjian.api.desk import answer, desk_of
from qingjian.api.faults import Refused
from qingjian.api.routes.shared import router
from qingjian.core.clock import iso, now
from qingjian.core.hashing import sha256
from qingjian.core.types import without_surrogates
from qingjian.labels import label
from qingjian.reports.label import label_row, mark_row

routes = router("labels")
Upload = Annotated[UploadFile, File(description="The file, as multipart/form-data.")]
Words = Annotated[str, Form(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
MARK = "Qingjian-Mark"


@routes.post("/label/read", response_model=answers.LabelRow, summary="Read the marks of a file")
def read(request: Request, file: Upload) -> Response:
    """GB 45438 labels, C2PA, IPTC and traces of generators, each with its place."""
    return _verified(request, file, declared=False)


@routes.post("/label/verify", response_model=answers.LabelRow, summary="Verify a file's label")
def verify(
    request: Request,
    file: Upload,
    declared: Annotated[bool, Form(description="The user says that AI made it.")] = False,
) -> Response:
    """Is it AI-made, on what basis, and which words must a platform show."""
    return _verified(request, file, declared)


@routes.post(
    "/label/write",
    response_class=Response,
    responses={
        200: {
            "description": f"The labelled file; the header {MARK} has the mark as JSON.",
            "content": {"application/octet-stream": {"schema": {"type": "string"}}},
        }
    },
    summary="Write a label into a file",
)
def write(
    request: Request,
    file: Upload,
    producer: Annotated[Words, Form(description="Name or code of the service that made it.")],
    produce_id: Annotated[Words, Form(description="The service's number for it.")],
    value: Annotated[
        Literal["1", "2", "3"],
        Form(alias="label", description="1 made by AI, 2 may be, 3 suspected."),
    ] = "1",
) -> Response:
    """One GB 45438 label; content and other metadata stay bit for bit."""
    mark = label.mark(producer, produce_id, value)
    made = label.write(_read(request, file), mark, _name(file))
    said = json.dumps(mark_row(mark))  # a header is ASCII
    return Response(made, headers={MARK: said}, media_type="application/octet-stream")


def _verified(request: Request, file: UploadFile, declared: bool) -> Response:
    name = _name(file)
    verdict = label.verify(_read(request, file), name, declared)
    return answer(request, label_row(name, verdict, iso(now())))


def _read(request: Request, file: UploadFile) -> bytes:
    """Give the bytes of an upload. Raises Refused for a copy of what a victim had blocked."""
    body, desk = file.file.read(), desk_of(request)
    if desk.copies and sha256(body) in desk.copies:
        desk.metrics.copies.inc()
        raise Refused(451, "blocked", "blocked by hash", "somebody had this very file blocked")
    return body


def _name(file: UploadFile) -> str:
    """Give the last part of an upload's name; it tells text formats apart."""
    name = without_surrogates(file.filename or "").replace("\\", "/").rpartition("/")[2]
    return name.replace("\x00", "")[-200:] or "upload"
