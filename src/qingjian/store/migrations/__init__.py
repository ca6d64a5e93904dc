"""
One history of all tables.

Belongs here: steps from one state of the tables to the next, never changed once they shipped.
Not here: tables as they are now.
"""
