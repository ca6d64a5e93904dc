"""
Carriers: how one file format holds a mark.

Belongs here: one module per format with `name`, `suffixes`, `knows(head)` and `read(data)`.
Not here: what the fields mean, what follows from them.
"""
