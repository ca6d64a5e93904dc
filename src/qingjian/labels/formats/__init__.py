"""
Carriers: how one file format holds a mark.

Belongs here: one module per format that satisfies `Codec`: what it holds, and edits that leave one
label.
Not here: what the fields mean, what follows from them.
"""
