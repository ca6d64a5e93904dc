from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.api.door import USERS, Door, opened


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A desk with somebody in every role; what a test opens it names after itself."""
    with opened(tmp_path_factory.mktemp("desk")) as made:
        for name, roles in USERS.items():
            made.user(name, *roles)
        made.key("feed", "integration")
        yield made
