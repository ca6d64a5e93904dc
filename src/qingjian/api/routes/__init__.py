"""
The routes, one module a noun.

Belongs here: what a route reads of a request, which room it asks, what it answers.
Not here: who may call it (needs), how an error is told (faults), limits.
"""
