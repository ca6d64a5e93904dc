"""
Findings to a decision: pure.

Belongs here: rule packs, their loading and checking, the decision.
Not here: looking at items, carrying out actions, storage.
"""
