"""
What can be seen: one file per detector, in one folder per kind of item.

Belongs here: detectors, which state facts with places; the instruments they share; packs and
weights beside them.
Not here: decisions, storage, reading of files, models loaded at import.
"""
