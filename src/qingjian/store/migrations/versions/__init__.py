"""
Steps of the history, in the order of their numbers.

Belongs here: one module a step, named by its number and what it makes.
Not here: anything that another step needs too, queries, tables as they are now.
"""
