"""A GIF of two frames, 4 by 4, with a comment and a loop."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

from PIL import Image, ImageSequence
from tests import needs

from qingjian.labels.xmp import NAMESPACE

_LABEL = '{"AIGC":{"Label":"1","ContentProducer":"p","ProduceID":"x"}}'
CONFIG = """
%Image::ExifTool::UserDefined = (
    'Image::ExifTool::XMP::Main' => {
        TC260 => { SubDirectory => { TagTable => 'Image::ExifTool::UserDefined::TC260' } },
    },
);
%Image::ExifTool::UserDefined::TC260 = (
    GROUPS => { 0 => 'XMP', 1 => 'XMP-TC260', 2 => 'Image' },
    NAMESPACE => { 'TC260' => '__NAMESPACE__' },
    WRITABLE => 'string',
    AIGC => { },
);
1;
""".replace("__NAMESPACE__", NAMESPACE)


def saved(comment: str) -> bytes:
    """Give what Pillow writes."""
    frames = [Image.new("P", (4, 4), color) for color in (0, 1)]
    for frame in frames:
        frame.putpalette([255, 0, 0, 0, 0, 255])
    file = io.BytesIO()
    frames[0].save(
        file,
        "GIF",
        save_all=True,
        append_images=frames[1:],
        loop=3,
        duration=40,
        comment=comment.encode(),
    )
    return file.getvalue()


def plain() -> bytes:
    return saved("said 说")


def content(data: bytes) -> object:
    with Image.open(io.BytesIO(data)) as image:
        frames = [frame.convert("RGBA").tobytes() for frame in ImageSequence.Iterator(image)]
        return frames, image.info.get("loop"), image.info.get("duration")


def other(data: bytes) -> object:
    with Image.open(io.BytesIO(data)) as image:
        return image.info.get("comment")


def crossread(path: Path) -> str:
    tool = needs.tool("exiftool")
    command = [tool, "-j", "-XMP-TC260:all", str(path)]
    told = subprocess.run(command, capture_output=True, check=True).stdout
    (seen,) = json.loads(told)
    value = seen.get("Aigc", seen.get("AIGC"))
    return value if isinstance(value, str) else json.dumps(value)


def crosswritten(value: str, folder: Path) -> bytes:
    return written_by_exiftool(plain(), "file.gif", value, folder)


def written_by_exiftool(data: bytes, name: str, value: str, folder: Path) -> bytes:
    """Give a file after exiftool wrote the property; it is told the namespace."""
    tool = needs.tool("exiftool")
    path, config, text = folder / name, folder / "config", folder / "value"
    path.write_bytes(data)
    config.write_text(CONFIG, encoding="utf-8")
    text.write_text(value, encoding="utf-8")
    command = [tool, "-config", str(config), "-overwrite_original"]
    command += [f"-XMP-TC260:AIGC<={text}", str(path)]
    subprocess.run(command, capture_output=True, check=True)
    return path.read_bytes()


SHAPES = {"a comment": saved(_LABEL)}
