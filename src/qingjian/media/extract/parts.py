"""
The texts inside a conversation, a record, an account or a product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from qingjian.core.types import Conversation, Field, Item, Place, Record, Text
from qingjian.media.extract import Child


def knows(item: Item, /) -> bool:
    """Whether the item is made of named texts."""
    return isinstance(item, (Conversation, Record))


def children(item: Item, /) -> Iterator[Child]:
    """Give each text; a place in it becomes the field it stands in."""
    if isinstance(item, Conversation):
        for number, turn in enumerate(item.turns):
            name = f"turns[{number}].text"
            about = replace(item.about, role=turn.role, at=turn.at)
            yield Child(
                Text(id=f"{item.id}#{name}", about=about, parent=item.id, body=turn.text), _in(name)
            )
    elif isinstance(item, Record):
        for name, value in item.fields.items():
            if isinstance(value, str) and value:
                yield Child(
                    Text(id=f"{item.id}#{name}", about=item.about, parent=item.id, body=value),
                    _in(name),
                )


def _in(name: str) -> Callable[[Place], Place]:
    place: Place = Field(name)
    return lambda _: place
