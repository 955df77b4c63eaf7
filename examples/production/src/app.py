"""Says hello, and logs what it was asked: JSON lines, by Lambda's own logging_config."""

import logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)


def handler(event, context):
    logger.info("asked for %s", event["path"])
    return {"statusCode": 200, "headers": {"Content-Type": "text/plain"}, "body": "hello"}
