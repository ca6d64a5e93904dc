"""
Many items.

Belongs here: reading files, folders and rows into entries; running entries over workers; writing
as it goes.
Not here: what is seen in one item, how a report looks.
"""
