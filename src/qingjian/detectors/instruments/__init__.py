"""
What detectors see with: folding, lexicons, linear models, structured matching.

Belongs here: pure text machinery that more than one detector can use; its generated tables.
Not here: any detector, any word list of one detector.
"""

API = "1"
"""Part of every quality's hash: raise it when an instrument's answers change."""
