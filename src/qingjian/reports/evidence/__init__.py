"""
What an auditor is handed: a zip of events and of what they name, and the proof that it is whole.

Belongs here: what lies in the zip, how it is written, how it is checked without a database.
Not here: the chain itself (cases), the command line.
"""
