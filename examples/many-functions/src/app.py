"""Says which service it is, and what it was asked."""

import json
import os


def handler(event, context):
    query = event.get("multiValueQueryStringParameters", event.get("queryStringParameters"))
    print(json.dumps(event))
    body = {
        "service": os.environ["SERVICE"],
        "method": event["httpMethod"],
        "path": event["path"],
        "query": query,
    }
    headers = {"Content-Type": "application/json"}
    answer = {"statusCode": 200, "body": json.dumps(body)}
    if "multiValueHeaders" in event:
        return answer | {"multiValueHeaders": {name: [value] for name, value in headers.items()}}
    return answer | {"headers": headers}
