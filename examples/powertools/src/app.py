"""What a parcel costs to send: a service of three routes, with checked input and a log of JSON lines."""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import ALBResolver, Response, content_types
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext
from aws_lambda_powertools.utilities.validation import SchemaValidationError, validate
from rates import RATES, price

PARCEL = {
    "type": "object",
    "required": ["country", "grams"],
    "additionalProperties": False,
    "properties": {
        "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "grams": {"type": "integer", "minimum": 1, "maximum": 30000},
    },
}

logger = Logger()
app = ALBResolver()


@app.get("/countries")
def countries() -> dict[str, Any]:
    return {"countries": sorted(RATES)}


@app.get("/countries/<code>")
def country(code: str) -> dict[str, Any]:
    if code not in RATES:
        raise NotFoundError(f"no parcels go to {code}")
    return {"country": code, "zone": RATES[code]}


@app.post("/quotes")
def quote() -> tuple[dict[str, Any], int]:
    parcel = app.current_event.json_body
    validate(event=parcel, schema=PARCEL)
    if parcel["country"] not in RATES:
        raise NotFoundError(f"no parcels go to {parcel['country']}")
    cents = price(parcel["country"], parcel["grams"])
    logger.info("quoted", country=parcel["country"], grams=parcel["grams"], cents=cents)
    return {**parcel, "cents": cents}, 201


@app.exception_handler(SchemaValidationError)
def refused(error: SchemaValidationError) -> Response[str]:
    logger.warning("refused", reason=error.validation_message)
    return failure(422, str(error.validation_message))


@app.exception_handler(json.JSONDecodeError)
def unreadable(error: json.JSONDecodeError) -> Response[str]:
    return failure(400, f"the body is no JSON: {error}")


def failure(status: int, message: str) -> Response[str]:
    body = json.dumps({"statusCode": status, "message": message})
    return Response(status_code=status, content_type=content_types.APPLICATION_JSON, body=body)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.APPLICATION_LOAD_BALANCER)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
