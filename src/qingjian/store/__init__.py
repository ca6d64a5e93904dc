"""
Tables behind one `--db` URL: SQLite in WAL mode, or PostgreSQL.

Belongs here: opening a database, table definitions, migrations in one history.
Not here: what rows mean, queries of one room, anything about items.
"""

WAIT_S = 60
"""So long a writer waits for another before it gives up, in seconds."""
