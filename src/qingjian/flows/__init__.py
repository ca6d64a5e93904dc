"""
Use cases that need more than one room.

Belongs here: what is done to many stored things, such as a re-check of all posts of an incident, or
rules tried on what was scanned before.
Not here: what is seen in one item, tables, progress bars and pages.
"""
