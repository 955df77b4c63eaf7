"""The sizes an ALB takes of a request. In bytes, where nothing else is said."""

from __future__ import annotations

# A request line, or one header (user guide, "HTTP 400: Bad request"); one of exactly so many was refused.
MAX_LINE = 16 * 1024
MAX_HEAD = 64 * 1024  # all headers together (the same)
MAX_FIELD = 8 * 1024  # a header over HTTP/2, compressed (user guide of 2023, "Troubleshoot", 000)
MAX_BODY = 1024 * 1024  # a body for a Lambda target (user guide, "Lambda functions as targets")
MAX_STREAMS = 128  # requests in parallel on an HTTP/2 connection (user guide, "Listener protocols")
MAX_REQUESTS = 10_000  # requests on an HTTP/2 connection (user guide, "Troubleshoot", 000)
