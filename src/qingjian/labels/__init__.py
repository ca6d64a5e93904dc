"""
Marks on things: what a file says about how it was made.

Belongs here: the mark as a value, the standard's fields, one module per carrier that reads (and
later writes) it.
Not here: verdicts about content, decisions, detectors.
"""
