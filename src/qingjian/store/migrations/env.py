"""
Alembic's way in: run the steps on the connection that `store.engine` gives.
"""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], target_metadata=None)
context.run_migrations()
