"""
Tables behind one `--db` URL: SQLite in WAL mode; PostgreSQL comes with the case store.

Belongs here: opening a database, table definitions, migrations in one history.
Not here: what rows mean, queries of one room, anything about items.
"""
