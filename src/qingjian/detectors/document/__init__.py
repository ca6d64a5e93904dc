"""
Detectors that read document items.

Belongs here: one module per detector, with its pack or weights beside it.
Not here: instruments, decisions, anything that opens a file of the user.
"""
