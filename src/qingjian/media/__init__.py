"""
Bytes to something to look at, bounded.

Belongs here: telling formats by their first bytes, decoding text, taking child items out of items.
Not here: judging anything, labels, reading many items.
"""
