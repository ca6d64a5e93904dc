"""
Labels that people see or hear: written into content, and measured back from the file.

Belongs here: one module per kind of content.
Not here: labels in metadata.
"""
