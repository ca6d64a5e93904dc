"""
Users, roles and keys: who somebody is, and what they may do and see.

Belongs here: the table of permissions, passwords, API keys, sessions, the log of their changes.
Not here: what is done with a permission, pages and routes, how a door carries a token.
"""
