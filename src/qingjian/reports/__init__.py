"""
Findings, for people and machines.

Belongs here: the row of the contract, and one module per format that shows rows.
Not here: scanning, deciding, serving.
"""
