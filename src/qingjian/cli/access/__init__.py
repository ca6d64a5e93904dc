"""
`qingjian user` and `qingjian key`: who may sign in, and what machines call with.

Belongs here: arguments, prompts for passwords, lines for people of the two groups of verbs.
Not here: anything another door would need too.
"""
