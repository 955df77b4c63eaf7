"""Says which release answers."""

import os


def handler(event, context):
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "text/plain"},
        "body": f"release {os.environ['RELEASE']}, version {context.function_version}",
    }
