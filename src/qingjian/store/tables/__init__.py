"""
Table definitions, one module a room.

Belongs here: tables as they are now, with their columns.
Not here: queries, how tables came to be (migrations).
"""

from sqlalchemy import MetaData

METADATA = MetaData()
