"""
Marks on things: what a file says about how it was made.

Belongs here: the mark as a value, schemes, carriers that read and write it, signatures, verdicts on
labels, labels people see.
Not here: verdicts about content, decisions, detectors.
"""
