"""The pages of Application Load Balancers, byte for byte, and what never reaches them."""

from __future__ import annotations

import pytest

from localalb.http import faults
from localalb.http.faults import Fault
from tests.cases import refusals
from tests.cases.refusals import PageCase


@pytest.mark.parametrize("case", refusals.PAGES, ids=lambda case: case.id)
def test_page(case: PageCase) -> None:
    page = faults.page(case.status)
    assert page == case.page
    assert case.length in (None, len(page))
    assert faults.phrase(case.status) == case.phrase


@pytest.mark.parametrize("case", refusals.PAGES, ids=lambda case: case.id)
def test_the_developer_is_told_and_the_client_is_not(case: PageCase) -> None:
    fault = Fault(case.status, "the moon is in the wrong phase", faults.UNHANDLED)
    response = fault.response()
    assert (response.status, response.reason, response.body) == (case.status, case.phrase, case.page)
    assert response.headers == (("Content-Type", "text/html"),)
    assert "moon" in str(fault)
    assert faults.UNHANDLED in str(fault)


def test_an_unknown_status_has_no_phrase() -> None:
    assert faults.phrase(599) == ""
    assert b"<title>599</title>" in faults.page(599)


def test_reasons_are_those_of_the_access_log() -> None:
    """The guide's list for Lambda targets ("Access logs", "Error reason codes")."""
    named = {
        faults.ACCESS_DENIED,
        faults.BAD_REQUEST,
        faults.CONNECTION_TIMEOUT,
        faults.INVALID_RESPONSE,
        faults.REQUEST_TOO_LARGE,
        faults.RESOURCE_NOT_FOUND,
        faults.RESPONSE_TOO_LARGE,
        faults.THROTTLING,
        faults.UNHANDLED,
        faults.WEBSOCKET,
    }
    documented = """
        LambdaAccessDenied LambdaBadRequest LambdaConnectionTimeout LambdaInvalidResponse
        LambdaRequestTooLarge LambdaResourceNotFound LambdaResponseTooLarge LambdaThrottling
        LambdaUnhandled LambdaWebsocketNotSupported
    """
    assert named <= set(documented.split())
