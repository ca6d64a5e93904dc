"""
The API: what the rooms do, over HTTP, under /api/v1.

Belongs here: routes, what they ask and answer as models, keys and limits of requests, the OpenAPI
document and its page.
Not here: anything another door would need too, pages for reviewers (console).
"""
