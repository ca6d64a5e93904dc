"""
Tables behind one `--db` URL: a SQLite file in WAL mode, or PostgreSQL.

Belongs here: opening a database, table definitions, migrations in one history.
Not here: what rows mean, queries of one room, anything about items.
"""
