"""
Measuring: how good a detector is, on what, and how sure we are.

Belongs here: metrics with intervals, own data and named sets, results and whether they are stale,
training runs.
Not here: detectors, anything that judges for production.
"""
