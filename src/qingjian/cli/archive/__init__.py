"""
`qingjian archive`: one file per group of verbs.

Belongs here: arguments, progress, lines for people, exit codes of the archive verbs.
Not here: anything another door would need too.
"""
