"""
One item through the detectors.

Belongs here: order, time budget, isolation, abstention, child items, what a run can say about
itself.
Not here: reading many items, decisions, memory of what was seen.
"""
