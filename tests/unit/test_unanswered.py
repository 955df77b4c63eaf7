"""What moto fails at, or has no answer to, ends at once in a sentence that says where to look."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from localalb.control_plane import unanswered

POST = {"REQUEST_METHOD": "POST", "PATH_INFO": "/groups"}
# What is raised inside moto, the error's code, and words of its sentence.
RAISED: dict[str, tuple[Exception, str, str]] = {
    "an operation": (
        NotImplementedError("The x action"),
        "NotImplemented",
        "does not have it (The x action)",
    ),
    "a package": (ModuleNotFoundError(name="graphql"), "NotImplemented", "the Python module graphql"),
    "a defect": (KeyError("x"), "InternalFailure", "KeyError('x'); the cloud's log has the traceback"),
}


@pytest.mark.parametrize("name", RAISED)
def test_what_is_raised_is_a_501(name: str, caplog: pytest.LogCaptureFixture) -> None:
    error, code, words = RAISED[name]
    statuses = []

    def application(environ: Any, start: Any) -> Any:
        raise error

    def start(status: str, headers: Any) -> None:
        statuses.append(status)

    with caplog.at_level(logging.WARNING):
        (body,) = unanswered.answered(application, "xray CreateGroup", "xray", POST, start)
    answer = json.loads(body)
    assert (statuses, answer["__type"]) == (["501 Not Implemented"], code)
    assert answer["message"].startswith("xray CreateGroup: ")
    assert words in answer["message"]
    assert f"501: {answer['message']}" in caplog.messages
    assert any(record.exc_info for record in caplog.records) == (code == "InternalFailure")


@pytest.mark.parametrize(
    ("more", "form", "name"),
    [
        ({"HTTP_X_AMZ_TARGET": "AmazonSQS.CreateQueue"}, {}, "CreateQueue"),
        ({}, {"Action": ["CreateTopic"]}, "CreateTopic"),
        ({}, {}, "POST /groups"),
    ],
)
def test_the_name_of_an_operation(more: dict[str, str], form: dict[str, list[str]], name: str) -> None:
    assert unanswered.operation(POST | more, form) == name
