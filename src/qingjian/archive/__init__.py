"""
What is known: checked claims, sources and past events, each with where it comes from.

Belongs here: entering, approving and retracting records, their files, the search index.
Not here: comparing a text with a record (detectors), decisions, the web.
"""
