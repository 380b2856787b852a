"""Every error that AWS documents for an operation, as the class that boto3 makes of it."""

import pytest
from botocore.exceptions import ClientError
from conftest import DESTINATION_ID, ROLE_ARN, code_of, describe, make_client, remove, s3, status_of, text_of

KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012"
MISSING = "Firehose nowhere under account 123456789012 not found."

NOT_FOUND = [
    ("delete_delivery_stream", {}),
    ("describe_delivery_stream", {}),
    ("list_tags_for_delivery_stream", {}),
    ("put_record", {"Record": {"Data": b"x"}}),
    ("put_record_batch", {"Records": [{"Data": b"x"}]}),
    ("start_delivery_stream_encryption", {}),
    ("stop_delivery_stream_encryption", {}),
    ("tag_delivery_stream", {"Tags": [{"Key": "k", "Value": "v"}]}),
    ("untag_delivery_stream", {"TagKeys": ["k"]}),
    (
        "update_destination",
        {
            "CurrentDeliveryStreamVersionId": "1",
            "DestinationId": DESTINATION_ID,
            "ExtendedS3DestinationUpdate": {"Prefix": "x/"},
        },
    ),
]


@pytest.mark.parametrize("operation,parameters", NOT_FOUND, ids=[operation for operation, _ in NOT_FOUND])
def test_resource_not_found(client, operation, parameters):
    with pytest.raises(client.exceptions.ResourceNotFoundException) as error:
        getattr(client, operation)(DeliveryStreamName="nowhere", **parameters)
    assert status_of(error) == 400
    assert "Firehose nowhere under account" in text_of(error) and text_of(error).rstrip(".").endswith("not found")
    assert error.value.response["ResponseMetadata"]["RequestId"] != ""


def create(client, name, **parameters):
    try:
        return client.create_delivery_stream(DeliveryStreamName=name, **parameters)
    finally:
        # What should have been refused must not disturb the next test.
        remove(client, name)


def test_a_name_is_taken(client, stream):
    with pytest.raises(client.exceptions.ResourceInUseException) as error:
        client.create_delivery_stream(DeliveryStreamName=stream, ExtendedS3DestinationConfiguration=s3())
    assert f"Firehose {stream} under accountId 123456789012 already exists" in text_of(error)


HTTP_ENDPOINT = {
    "EndpointConfiguration": {"Url": "https://logs.example.com"},
    "S3Configuration": s3(),
}

#: What CreateDeliveryStream refuses as a whole, and part of its words.
REFUSED = {
    "no destination": ({}, "Exactly one destination configuration is supported for a Firehose"),
    "two destinations": (
        {"ExtendedS3DestinationConfiguration": s3(), "HttpEndpointDestinationConfiguration": HTTP_ENDPOINT},
        "Exactly one destination configuration is supported for a Firehose",
    ),
    "a Kinesis source of a direct stream": (
        {
            "DeliveryStreamType": "DirectPut",
            "KinesisStreamSourceConfiguration": {
                "KinesisStreamARN": "arn:aws:kinesis:us-east-1:123456789012:stream/source",
                "RoleARN": ROLE_ARN,
            },
            "ExtendedS3DestinationConfiguration": s3(),
        },
        "KinesisSourceStreamConfig is only applicable for KinesisStreamAsSource stream type",
    ),
    "one buffering hint of two": ({"ExtendedS3DestinationConfiguration": s3(BufferingHints={"SizeInMBs": 5})}, ""),
    "an expression without an error prefix": (
        {"ExtendedS3DestinationConfiguration": s3(Prefix="a/!{timestamp:yyyy}/")},
        "ErrorOutputPrefix cannot be null or empty when Prefix contains expressions",
    ),
    "an unknown namespace": (
        {"ExtendedS3DestinationConfiguration": s3(Prefix="!{nonsense:x}/", ErrorOutputPrefix="e/")},
        "",
    ),
    "the error type in the prefix": (
        {
            "ExtendedS3DestinationConfiguration": s3(
                Prefix="!{firehose:error-output-type}/", ErrorOutputPrefix="e/!{firehose:error-output-type}/"
            )
        },
        "",
    ),
    "partition keys without partitioning": (
        {
            "ExtendedS3DestinationConfiguration": s3(
                Prefix="!{partitionKeyFromQuery:customer}/",
                ErrorOutputPrefix="e/!{firehose:error-output-type}/",
            )
        },
        "Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic Partitioning is enabled",
    ),
    "conversion of what is compressed": (
        {
            "ExtendedS3DestinationConfiguration": s3(
                CompressionFormat="GZIP",
                BufferingHints={"SizeInMBs": 64, "IntervalInSeconds": 60},
                DataFormatConversionConfiguration={
                    "SchemaConfiguration": {"RoleARN": ROLE_ARN, "DatabaseName": "d", "TableName": "t"},
                    "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {}}},
                    "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {}}},
                },
            )
        },
        "",
    ),
    "a bucket that can not be": ({"ExtendedS3DestinationConfiguration": s3(BucketARN="arn:aws:s3:::X_")}, ""),
    "another destination than S3": ({"HttpEndpointDestinationConfiguration": HTTP_ENDPOINT}, ""),
}


@pytest.mark.parametrize("parameters,words", REFUSED.values(), ids=REFUSED.keys())
def test_invalid_argument_at_creation(client, name, parameters, words):
    with pytest.raises(client.exceptions.InvalidArgumentException) as error:
        create(client, name, **parameters)
    assert words in text_of(error)
    assert text_of(error) != ""


def test_a_customer_managed_key_needs_its_name(client, stream):
    with pytest.raises(client.exceptions.InvalidArgumentException):
        client.start_delivery_stream_encryption(
            DeliveryStreamName=stream,
            DeliveryStreamEncryptionConfigurationInput={"KeyType": "CUSTOMER_MANAGED_CMK"},
        )
    with pytest.raises(client.exceptions.InvalidArgumentException):
        client.start_delivery_stream_encryption(
            DeliveryStreamName=stream,
            DeliveryStreamEncryptionConfigurationInput={"KeyType": "AWS_OWNED_CMK", "KeyARN": KEY_ARN},
        )


def update(client, stream, version="1", destination_id=DESTINATION_ID, **parameters):
    return client.update_destination(
        DeliveryStreamName=stream,
        CurrentDeliveryStreamVersionId=version,
        DestinationId=destination_id,
        **(parameters or {"ExtendedS3DestinationUpdate": {"Prefix": "new/"}}),
    )


def test_an_update_of_an_old_version(client, stream):
    update(client, stream)
    with pytest.raises(client.exceptions.ConcurrentModificationException) as error:
        update(client, stream)
    assert (
        f"Cannot update firehose: {stream} since the current version id: 2 and specified version id: 1 do not match"
        in text_of(error)
    )
    assert describe(client, stream)["VersionId"] == "2"


def test_an_update_that_names_no_destination(client, stream):
    with pytest.raises(client.exceptions.InvalidArgumentException) as error:
        update(client, stream, destination_id="destinationId-000000000009")
    assert "Destination Id destinationId-000000000009 not found" in text_of(error)
    for parameters in [
        {"S3DestinationUpdate": {"Prefix": "a/"}, "ExtendedS3DestinationUpdate": {"Prefix": "a/"}},
        {"HttpEndpointDestinationUpdate": {"EndpointConfiguration": {"Url": "https://logs.example.com"}}},
        {"ExtendedS3DestinationUpdate": {"BufferingHints": {"SizeInMBs": 5}}},
    ]:
        with pytest.raises(client.exceptions.InvalidArgumentException):
            update(client, stream, **parameters)
    assert describe(client, stream)["VersionId"] == "1"


def test_more_than_fifty_tags_by_and_by(client, stream):
    tags = [{"Key": f"k{n}", "Value": "v"} for n in range(51)]
    client.tag_delivery_stream(DeliveryStreamName=stream, Tags=tags[:50])
    with pytest.raises(client.exceptions.LimitExceededException):
        client.tag_delivery_stream(DeliveryStreamName=stream, Tags=tags[50:])
    # A new value for one of the fifty is no further tag.
    client.tag_delivery_stream(DeliveryStreamName=stream, Tags=[{"Key": "k0", "Value": "other"}])
    assert len(client.list_tags_for_delivery_stream(DeliveryStreamName=stream)["Tags"]) == 50


def test_an_unknown_operation():
    client = make_client()

    def other_target(request, **_):
        request.headers.replace_header("X-Amz-Target", "Firehose_20150804.DropDeliveryStream")

    # No client has such an operation: its target is changed before it is signed.
    client.meta.events.register_first("before-sign.firehose.ListDeliveryStreams", other_target)
    with pytest.raises(ClientError) as error:
        client.list_delivery_streams()
    assert code_of(error) == "UnknownOperationException"
    assert status_of(error) == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"DeliveryStreamName": 7}', b'{"DeliveryStreamName":"\xff"}'])
def test_a_body_that_is_no_request(body):
    client = make_client()

    def other_body(request, **_):
        request.data = body

    client.meta.events.register_first("before-sign.firehose.DescribeDeliveryStream", other_body)
    with pytest.raises(ClientError) as error:
        client.describe_delivery_stream(DeliveryStreamName="nowhere")
    assert status_of(error) == 400
    # An empty body is an empty structure for some services; for none is it a stream.
    assert code_of(error) in ("SerializationException", "ValidationException")
