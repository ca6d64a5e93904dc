"""
`qingjian report …`: what was decided, counted and exported.

Belongs here: one module a report, its options, where it is written.
Not here: counting, and the forms of reports (reports).
"""
