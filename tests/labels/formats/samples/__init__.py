"""
One module a carrier: a small file of it, and how independent tools see such files.

Each module has

- `plain() -> bytes`: a small valid file without a label, made by an independent tool or by hand,
  with other metadata in it (a title, a comment) where the format has any;
- `content(data) -> object`: what people see or hear (decoded pixels, samples, packets, paragraphs),
  decoded by an independent tool, as something that compares equal;
- `other(data) -> object`: the other metadata, read by an independent tool, without the label;
- `crossread(path) -> str`: the text of the label as an independent tool (exiftool, Pillow, PyAV,
  pikepdf, zipfile + ElementTree, yaml) finds it in the file at `path`;
- optionally `crosswritten(value, folder) -> bytes`: a file labelled by an independent tool;
- `is_whole(data) -> bool` where the carrier has `unnoticed_cuts`: whether an independent reader
  reads all of a file without a complaint;
- optionally `SHAPES: dict[str, bytes]`: files with labels in the odd places that the reader knows,
  each with exactly one readable GB label.
"""
