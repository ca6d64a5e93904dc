"""
The memory behind the desk: what was seen of whom, who ruled what, and that it can be proven.

Belongs here: cases as folds of append-only events, steps against subjects, queues, rulings,
appeals, notices, snapshots, the queries of their tables.
Not here: looking at items, rules of a policy, who may do what (access), doors.
"""
