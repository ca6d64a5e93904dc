"""An SVG as Inkscape writes it: prefixes are declared on the root, the packet is a bare RDF."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

from tests import needs

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
AIGC = "{http://www.tc260.org.cn/ns/AIGC/1.0/}AIGC"
METADATA = "{http://www.w3.org/2000/svg}metadata"
_LABEL = '{"Label":"1","ContentProducer":"p","ProduceID":"x"}'
PLAIN = f"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- drawn by hand -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:cc="http://creativecommons.org/ns#" xmlns:rdf="{RDF}" width="4" height='4'>
  <title>标题 &amp; more</title>
  <metadata id="m"><rdf:RDF><cc:Work rdf:about=""><dc:format>image/svg+xml</dc:format>
    <dc:title>T</dc:title></cc:Work></rdf:RDF></metadata>
  <rect width="4" height="4"/>
</svg>
"""


def plain() -> bytes:
    return PLAIN.encode()


def content(data: bytes) -> object:
    root = ElementTree.fromstring(data)
    kept = [child for child in root if child.tag != METADATA]
    return root.attrib, [ElementTree.canonicalize(ElementTree.tostring(k)) for k in kept]


def other(data: bytes) -> object:
    root = ElementTree.fromstring(data)
    described = [
        child for m in root.iter(METADATA) for rdf in m.iter(f"{{{RDF}}}RDF") for child in rdf
    ]
    kept = [each for each in described if len(each) > (each.find(AIGC) is not None)]
    return [ElementTree.canonicalize(ElementTree.tostring(each)) for each in kept]


def crossread(path: Path) -> str:
    tool = needs.tool("exiftool")
    command = [tool, "-j", "-XMP-TC260:all", str(path)]
    told = subprocess.run(command, capture_output=True, check=True).stdout
    (seen,) = json.loads(told)
    values = [v for k, v in seen.items() if re.search("aigc$", k, re.IGNORECASE)]
    return values[0] if isinstance(values[0], str) else json.dumps(values[0])


_PACKET = (
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}"><rdf:Description '
    'xmlns:T="http://www.tc260.org.cn/ns/AIGC/1.0/"><T:AIGC>%s</T:AIGC></rdf:Description>'
    "</rdf:RDF></x:xmpmeta>"
)
_SVG = '<svg xmlns="http://www.w3.org/2000/svg">%s</svg>'
SHAPES = {
    "a packet with processing instructions": (
        _SVG
        % '<metadata><?xpacket begin="\ufeff" id="x"?>%s<?xpacket end="w"?></metadata>'
        % (_PACKET % _LABEL)
    ).encode(),
    "a packet deeper in": (_SVG % f"<g><metadata>{_PACKET % _LABEL}</metadata></g>").encode(),
    "a description": (_SVG % f'<desc>{{"AIGC":{_LABEL}}}</desc>').encode(),
    "UTF-16": (_SVG % f"<metadata>{_PACKET % _LABEL}</metadata>").encode("utf-16"),
    "GBK": (
        '<?xml version="1.0" encoding="GBK"?>'
        + _SVG % f"<desc>说</desc><metadata>{_PACKET % _LABEL}</metadata>"
    ).encode("gbk"),
}
