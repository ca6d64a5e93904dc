"""
`qingjian case …`: the desk on the command line.

Belongs here: one module for verbs that belong together, what they print.
Not here: what a verb does to a case (cases, flows).
"""
