from __future__ import annotations

import pytest

from qingjian.core.types import About, Box, Document, Image, Text
from qingjian.media.extract import picture


@pytest.mark.parametrize("format", sorted(picture.FORMATS))
def test_a_picture_file_holds_one_picture_with_the_same_places(format: str) -> None:
    about = About(who="甲")
    file = Document(id="a", about=about, source=b"bytes", format=format)
    assert picture.knows(file)
    (child,) = picture.children(file)
    assert child.item == Image(id="a#picture", about=about, source=b"bytes", parent="a")
    assert child.back(Box(1, 2, 3, 4)) == Box(1, 2, 3, 4)


def test_other_files_hold_no_picture() -> None:
    assert not picture.knows(Document(format="pdf"))
    assert not picture.knows(Text())
