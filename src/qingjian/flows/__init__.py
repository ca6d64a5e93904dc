"""
Use cases that need more than one room.

Belongs here: what is done to many stored things with the engine, such as a re-check of all posts of
an incident.
Not here: what is seen in one item, tables, progress bars and pages.
"""
