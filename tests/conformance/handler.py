"""The code of the functions behind the load balancer: a request says what becomes of it.

`X-Fail` names a way to fail. `X-Payload` is what the function returns: JSON, deflated, in base64. Without
either it returns the event, also in a header where the response to HEAD has no body.
"""

from __future__ import annotations

import base64
import json
import os
import time
import zlib
from typing import Any

LARGEST = 100_000  # characters of a body that are returned


def shortened(body: str | None) -> str | None:
    """A body as the event has it that is returned: an answer has 1 MB, like a request."""
    return f"{len(body)} characters" if body and len(body) > LARGEST else body


def handler(event: dict[str, Any], context: object = None) -> Any:
    pairs = event.get("headers") or event.get("multiValueHeaders") or {}
    headers = {name.lower(): value if isinstance(value, str) else value[-1] for name, value in pairs.items()}
    match headers.get("x-fail"):
        case "error":
            return 1 // 0
        case "timeout":
            time.sleep(60)
        case "exit":
            os._exit(1)
    if "x-payload" in headers:
        return json.loads(zlib.decompress(base64.b64decode(headers["x-payload"])))
    said = json.dumps({name: shortened(value) if name == "body" else value for name, value in event.items()})
    more = {"content-type": "application/json"}
    if event.get("httpMethod") == "HEAD":
        more["x-event"] = base64.b64encode(said.encode()).decode()
    return {
        "statusCode": 200,
        "headers": more,
        "multiValueHeaders": {name: [value] for name, value in more.items()},
        "body": said,
    }
