"""
Files that records come in: ClaimReview, tables, notices, and the archive's own lines.

Belongs here: one form of file a module, giving entries or why they are refused.
Not here: what makes an entry fit, the database.
"""
