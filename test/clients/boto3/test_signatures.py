"""Who may come in: signatures, clocks and keys, as boto3 and others send them."""

import datetime
import os
from unittest import mock

import boto3
import botocore.auth
import pytest
import requests
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from conftest import code_of, make_client, status_of

BODY = b'{"Limit": 1}'
HEADERS = {
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "Firehose_20150804.ListDeliveryStreams",
}


def address():
    return os.environ["HOZON_HTTP"] + "/"


def credentials():
    return Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])


def signed(body=BODY, service="firehose", region="us-east-1"):
    request = AWSRequest(method="POST", url=address(), data=body, headers=HEADERS)
    botocore.auth.SigV4Auth(credentials(), service, region).add_auth(request)
    return request


def send(headers, body=BODY, method="POST", url=None):
    return requests.request(method, url or address(), data=body, headers=headers, timeout=20)


def error_type(response):
    assert response.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert response.headers["x-amzn-RequestId"] != ""
    assert response.status_code in (400, 403)
    # Bare, without a namespace: Fluent Bit compares it as it is.
    return response.json()["__type"]


def test_a_right_signature():
    response = send(dict(signed().headers))
    assert response.status_code == 200
    assert set(response.json()) == {"DeliveryStreamNames", "HasMoreDeliveryStreams"}


def test_a_wrong_secret():
    client = make_client(aws_secret_access_key="not the secret", aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"])
    with pytest.raises(ClientError) as error:
        client.list_delivery_streams()
    assert code_of(error) == "InvalidSignatureException"
    assert status_of(error) in (400, 403)


def test_an_unknown_key():
    client = make_client(aws_secret_access_key="some secret", aws_access_key_id="AKIANOBODYKNOWSTHIS0")
    with pytest.raises(ClientError) as error:
        client.list_delivery_streams()
    assert code_of(error) == "UnrecognizedClientException"
    assert status_of(error) in (400, 403)


def at(minutes):
    """boto3 with a clock that is wrong by so much."""
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return mock.patch.object(botocore.auth, "get_current_datetime", lambda: now.replace(tzinfo=None))


@pytest.mark.parametrize("minutes", [-4, 4])
def test_a_clock_that_is_a_little_wrong(minutes):
    with at(minutes):
        make_client().list_delivery_streams()


@pytest.mark.parametrize("minutes", [-16, 16, -60 * 24 * 365])
def test_a_clock_that_is_wrong(minutes):
    with at(minutes), pytest.raises(ClientError) as error:
        make_client().list_delivery_streams()
    assert code_of(error) in ("InvalidSignatureException", "RequestTimeTooSkewed", "RequestExpired")
    words = "Signature expired" if minutes < 0 else "Signature not yet current"
    assert words in error.value.response["Error"]["Message"]


def test_a_tampered_body():
    assert error_type(send(dict(signed().headers), b'{"Limit": 2}')) == "InvalidSignatureException"


def test_a_tampered_target():
    headers = {**signed().headers, "X-Amz-Target": "Firehose_20150804.DescribeDeliveryStream"}
    assert error_type(send(headers)) == "InvalidSignatureException"


def test_a_signature_for_another_service():
    assert error_type(send(dict(signed(service="s3").headers))) == "InvalidSignatureException"


def test_no_signature():
    assert error_type(send(HEADERS)) == "MissingAuthenticationTokenException"


def test_half_a_signature():
    whole = signed().headers["Authorization"]
    for part in ["Credential=", "SignedHeaders=", "Signature="]:
        start = whole.index(part)
        end = whole.find(",", start)
        without = whole[:start] + (whole[end + 1 :] if end > 0 else "")
        headers = {**signed().headers, "Authorization": without.rstrip(", ")}
        assert error_type(send(headers)) == "IncompleteSignatureException"


def test_basic_authorization():
    headers = {**HEADERS, "Authorization": "Basic aG96b246aG96b24="}
    assert error_type(send(headers)) in ("IncompleteSignatureException", "MissingAuthenticationTokenException")


def test_a_presigned_address():
    request = AWSRequest(method="POST", url=address(), data=BODY, headers=HEADERS)
    botocore.auth.SigV4QueryAuth(credentials(), "firehose", "us-east-1", expires=60).add_auth(request)
    response = send(dict(request.headers), url=request.url)
    # Handled or refused, but never let in without a check.
    assert response.status_code == 200 or error_type(response).endswith("Exception")
    tampered = request.url[:-4] + ("0000" if request.url[-4:] != "0000" else "1111")
    response = send(dict(request.headers), url=tampered)
    assert response.status_code in (400, 403)


def test_a_session_token_that_nobody_issued():
    client = make_client(
        aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"],
        aws_session_token="not one of ours",
    )
    try:
        client.list_delivery_streams()
    except ClientError as error:
        # Refused as AWS does, if it is refused: long-lived keys have no token.
        assert error.response["Error"]["Code"] in ("UnrecognizedClientException", "InvalidClientTokenId", "ExpiredTokenException")


def test_the_certificate_is_checked():
    from botocore.exceptions import SSLError

    stranger = boto3.client("firehose", endpoint_url=os.environ["HOZON_HTTPS"], verify="/etc/ssl/certs/ca-certificates.crt")
    with pytest.raises(SSLError):
        stranger.list_delivery_streams()
