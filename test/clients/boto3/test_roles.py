"""What each role of a key may do. HOZON_INGEST_KEY and HOZON_READ_KEY are `id secret`, made by `hozon keys create`."""

import os

import pytest
from botocore.exceptions import ClientError
from conftest import DESTINATION_ID, code_of, make_client, s3, status_of, text_of


def with_key(variable):
    key, secret = os.environ[variable].split(" ")
    return make_client(aws_access_key_id=key, aws_secret_access_key=secret)


@pytest.fixture(scope="module")
def ingest():
    return with_key("HOZON_INGEST_KEY")


@pytest.fixture(scope="module")
def read():
    return with_key("HOZON_READ_KEY")


def calls(stream):
    """Every operation, the way that would work for who may do it."""
    named = {"DeliveryStreamName": stream}
    return {
        "put_record": {**named, "Record": {"Data": b"x"}},
        "put_record_batch": {**named, "Records": [{"Data": b"x"}]},
        "describe_delivery_stream": named,
        "list_delivery_streams": {},
        "list_tags_for_delivery_stream": named,
        "create_delivery_stream": {"DeliveryStreamName": "not-allowed", "ExtendedS3DestinationConfiguration": s3()},
        "update_destination": {
            **named,
            "CurrentDeliveryStreamVersionId": "1",
            "DestinationId": DESTINATION_ID,
            "ExtendedS3DestinationUpdate": {"Prefix": "x/"},
        },
        "tag_delivery_stream": {**named, "Tags": [{"Key": "k", "Value": "v"}]},
        "untag_delivery_stream": {**named, "TagKeys": ["k"]},
        "start_delivery_stream_encryption": named,
        "stop_delivery_stream_encryption": named,
        "delete_delivery_stream": named,
    }


def denied(client, operation, parameters):
    with pytest.raises(ClientError) as error:
        getattr(client, operation)(**parameters)
    assert code_of(error) == "AccessDeniedException", operation
    assert status_of(error) in (400, 403)
    action = "firehose:" + "".join(word.capitalize() for word in operation.split("_"))
    assert f"is not authorized to perform: {action}" in text_of(error)


def test_ingest_may_put(ingest, stream):
    allowed = {"put_record", "put_record_batch"}
    for operation, parameters in calls(stream).items():
        if operation in allowed:
            getattr(ingest, operation)(**parameters)
        elif operation.startswith(("create", "update", "delete", "tag", "untag", "start", "stop")):
            denied(ingest, operation, parameters)


def test_read_may_look(read, stream):
    allowed = {"describe_delivery_stream", "list_delivery_streams", "list_tags_for_delivery_stream"}
    for operation, parameters in calls(stream).items():
        if operation in allowed:
            getattr(read, operation)(**parameters)
        else:
            denied(read, operation, parameters)


def test_nothing_happened(client, stream):
    assert "not-allowed" not in client.list_delivery_streams(Limit=10000)["DeliveryStreamNames"]


def test_a_revoked_key():
    with pytest.raises(ClientError) as error:
        with_key("HOZON_REVOKED_KEY").list_delivery_streams()
    assert code_of(error) == "UnrecognizedClientException"
