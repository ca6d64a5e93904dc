"""
Findings and rulings, for people and machines.

Belongs here: the row of the contract, and one module per format that shows rows; counts and exports
of what was ruled.
Not here: scanning, deciding, serving.
"""
