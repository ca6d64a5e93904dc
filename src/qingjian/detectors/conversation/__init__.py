"""
What a conversation says as a whole: one file per detector.

Belongs here: what only several turns together show.
Not here: what one turn shows alone (`text`), clocks and sessions (`gateway`).
"""
