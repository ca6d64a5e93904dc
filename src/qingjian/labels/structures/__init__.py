"""
Structures that several carriers share: chunks, boxes, tags, archives.

Belongs here: one module per structure, walking it with bounds and editing it in place.
Not here: which carrier puts the mark where.
"""
