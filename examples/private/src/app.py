"""Says who called."""


def handler(event, context):
    client = event["headers"].get("x-forwarded-for", "a health check")
    return {"statusCode": 200, "headers": {"Content-Type": "text/plain"}, "body": f"hello {client}"}
