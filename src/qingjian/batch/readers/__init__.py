"""
From files to entries.

Belongs here: one module per kind of data file, each reading in bounded memory and giving an entry
for every row; rows that a scan wrote, and what people decided of items.
Not here: scanning, formats that hold one item (media opens those).
"""
