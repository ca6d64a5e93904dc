"""
`qingjian incident`: rooms for the hours in which rumours spread and nothing official is known.

Belongs here: arguments, progress, lines for people, exit codes of the incident verbs.
Not here: anything another door would need too.
"""
