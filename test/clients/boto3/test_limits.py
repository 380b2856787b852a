"""The limits of each operation: what AWS's model allows is taken, one past it is refused in AWS's words."""

import json

import pytest
from botocore.exceptions import ClientError
from conftest import DESTINATION_ID, ROLE_ARN, code_of, describe, destination, remove, s3, status_of, text_of

MIB = 1024 * 1024


def refused(call, path, words, **parameters):
    with pytest.raises(ClientError) as error:
        call(**parameters)
    assert code_of(error) == "ValidationException", error.value
    assert status_of(error) == 400
    text = f"Value at '{path}' failed to satisfy constraint: Member must {words}"
    assert text in text_of(error)


def longer(limit):
    return f"have length less than or equal to {limit}"


def greater(limit):
    return f"have value less than or equal to {limit}"


def less(limit):
    return f"have value greater than or equal to {limit}"


def test_names_of_streams(client):
    longest = "n" * 64
    client.create_delivery_stream(DeliveryStreamName=longest, ExtendedS3DestinationConfiguration=s3())
    remove(client, longest)
    create = client.create_delivery_stream
    for call, more in [
        (create, {"ExtendedS3DestinationConfiguration": s3()}),
        (client.describe_delivery_stream, {}),
        (client.put_record, {"Record": {"Data": b""}}),
        (client.delete_delivery_stream, {}),
    ]:
        refused(call, "deliveryStreamName", longer(64), DeliveryStreamName="n" * 65, **more)
        refused(call, "deliveryStreamName", "have length greater than or equal to 1", DeliveryStreamName="", **more)
        for wrong in ["a b", "a/b", "é", "?"]:
            refused(
                call,
                "deliveryStreamName",
                "satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
                DeliveryStreamName=wrong,
                **more,
            )


def test_a_record_of_1000_kib(client, stream):
    largest = b"r" * 1_024_000
    put = lambda data: client.put_record(DeliveryStreamName=stream, Record={"Data": data})
    assert put(largest)["RecordId"] != ""
    assert put(b"")["RecordId"] != ""
    refused(
        client.put_record,
        "record.data",
        longer(1_024_000),
        DeliveryStreamName=stream,
        Record={"Data": largest + b"r"},
    )
    refused(
        client.put_record_batch,
        "records.2.member.data",
        longer(1_024_000),
        DeliveryStreamName=stream,
        Records=[{"Data": b"small"}, {"Data": largest + b"r"}],
    )


def test_a_batch_of_500_records(client, stream):
    records = [{"Data": b"r%d" % n} for n in range(501)]
    put = client.put_record_batch(DeliveryStreamName=stream, Records=records[:500])
    assert put["FailedPutCount"] == 0 and len(put["RequestResponses"]) == 500
    refused(client.put_record_batch, "records", longer(500), DeliveryStreamName=stream, Records=records)
    refused(
        client.put_record_batch,
        "records",
        "have length greater than or equal to 1",
        DeliveryStreamName=stream,
        Records=[],
    )


def test_a_batch_of_4_mib(client, stream):
    # Decoded bytes: AWS's own agents fill requests to exactly this.
    full = [{"Data": b"r" * (MIB // 2)}] * 8
    assert client.put_record_batch(DeliveryStreamName=stream, Records=full)["FailedPutCount"] == 0
    with pytest.raises(client.exceptions.InvalidArgumentException) as error:
        client.put_record_batch(DeliveryStreamName=stream, Records=[*full, {"Data": b"r"}])
    assert "4 MB" in text_of(error) or "4 MiB" in text_of(error) or "4194304" in text_of(error)


def test_a_body_that_no_request_can_have(client, stream):
    # More than any batch needs in base64. It is refused while it is read, so the connection may end before it is sent.
    from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

    records = [{"Data": b"r" * 1_000_000}] * 16
    with pytest.raises((ClientError, ConnectionClosedError, EndpointConnectionError)) as error:
        client.put_record_batch(DeliveryStreamName=stream, Records=records)
    if isinstance(error.value, ClientError):
        assert 400 <= status_of(error) < 500
    assert describe(client, stream)["DeliveryStreamStatus"] == "ACTIVE"


def test_pages(client, stream):
    for limit in (1, 10_000):
        client.list_delivery_streams(Limit=limit)
        client.describe_delivery_stream(DeliveryStreamName=stream, Limit=limit)
    for limit in (1, 50):
        client.list_tags_for_delivery_stream(DeliveryStreamName=stream, Limit=limit)
    refused(client.list_delivery_streams, "limit", less(1), Limit=0)
    refused(client.list_delivery_streams, "limit", greater(10_000), Limit=10_001)
    refused(client.describe_delivery_stream, "limit", less(1), DeliveryStreamName=stream, Limit=0)
    refused(client.describe_delivery_stream, "limit", greater(10_000), DeliveryStreamName=stream, Limit=10_001)
    refused(client.list_tags_for_delivery_stream, "limit", less(1), DeliveryStreamName=stream, Limit=0)
    refused(client.list_tags_for_delivery_stream, "limit", greater(50), DeliveryStreamName=stream, Limit=51)


def test_fifty_tags_in_a_request(client, stream, name):
    tags = [{"Key": f"k{n}", "Value": "v"} for n in range(51)]
    tag = client.tag_delivery_stream
    tag(DeliveryStreamName=stream, Tags=tags[:50])
    refused(tag, "tags", longer(50), DeliveryStreamName=stream, Tags=tags)
    refused(tag, "tags", "have length greater than or equal to 1", DeliveryStreamName=stream, Tags=[])
    untag = client.untag_delivery_stream
    refused(untag, "tagKeys", longer(50), DeliveryStreamName=stream, TagKeys=[tag["Key"] for tag in tags])
    refused(untag, "tagKeys", "have length greater than or equal to 1", DeliveryStreamName=stream, TagKeys=[])
    untag(DeliveryStreamName=stream, TagKeys=[tag["Key"] for tag in tags[:50]])
    assert client.list_tags_for_delivery_stream(DeliveryStreamName=stream)["Tags"] == []
    created = f"{name}-tagged"
    refused(
        client.create_delivery_stream,
        "tags",
        longer(50),
        DeliveryStreamName=created,
        ExtendedS3DestinationConfiguration=s3(),
        Tags=tags,
    )


def test_keys_and_values_of_tags(client, stream):
    def tag(key, value):
        client.tag_delivery_stream(DeliveryStreamName=stream, Tags=[{"Key": key, "Value": value}])

    def wrong(path, words, key, value):
        refused(
            client.tag_delivery_stream,
            path,
            words,
            DeliveryStreamName=stream,
            Tags=[{"Key": key, "Value": value}],
        )

    tag("k" * 128, "v" * 256)
    tag("保存 +-=._:/@%", "値")
    wrong("tags.1.member.key", longer(128), "k" * 129, "v")
    wrong("tags.1.member.value", longer(256), "k", "v" * 257)
    wrong("tags.1.member.key", "have length greater than or equal to 1", "", "v")
    wrong("tags.1.member.key", "satisfy regular expression pattern", "foo!", "v")
    wrong("tags.1.member.key", "satisfy regular expression pattern", "aws:mine", "v")


#: Members of the destination: what is taken, what is refused, and where the error points.
DESTINATION_LIMITS = {
    "smallest size": ({"BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60}}, None, None, None),
    "largest hints": ({"BufferingHints": {"SizeInMBs": 128, "IntervalInSeconds": 900}}, None, None, None),
    "size 0": (None, {"BufferingHints": {"SizeInMBs": 0, "IntervalInSeconds": 60}}, "bufferingHints.sizeInMBs", less(1)),
    "size 129": (
        None,
        {"BufferingHints": {"SizeInMBs": 129, "IntervalInSeconds": 60}},
        "bufferingHints.sizeInMBs",
        greater(128),
    ),
    "interval": (
        {"BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 0}},
        {"BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 901}},
        "bufferingHints.intervalInSeconds",
        greater(900),
    ),
    "prefix": ({"Prefix": "p" * 512}, {"Prefix": "p" * 1025}, "prefix", longer(1024)),
    "error prefix": (
        {"ErrorOutputPrefix": "e" * 512},
        {"ErrorOutputPrefix": "e" * 1025},
        "errorOutputPrefix",
        longer(1024),
    ),
    "file extension": (
        {"FileExtension": "." + "x" * 127},
        {"FileExtension": "." + "x" * 128},
        "fileExtension",
        longer(128),
    ),
    "upper-case extension": (
        {"FileExtension": ""},
        {"FileExtension": ".TXT"},
        "fileExtension",
        "satisfy regular expression pattern",
    ),
    "time zone": (
        {"CustomTimeZone": "Asia/Tokyo"},
        {"CustomTimeZone": "Etc/GMT+9"},
        "customTimeZone",
        "satisfy regular expression pattern",
    ),
    "long time zone": (
        {"CustomTimeZone": "America/Argentina/Buenos_Aires"},
        {"CustomTimeZone": "z" * 51},
        "customTimeZone",
        longer(50),
    ),
    "bucket": (
        {"BucketARN": "arn:aws:s3:::a-bucket"},
        {"BucketARN": "arn:aws:s3::a-bucket"},
        "bucketARN",
        "satisfy regular expression pattern",
    ),
    "role": (
        {"RoleARN": ROLE_ARN},
        {"RoleARN": "arn:aws:iam::12345:role/firehose"},
        "roleARN",
        "satisfy regular expression pattern",
    ),
    "compression": (
        {"CompressionFormat": "Snappy"},
        {"CompressionFormat": "SNAPPY"},
        "compressionFormat",
        "satisfy enum value set: [ZIP, HADOOP_SNAPPY, Snappy, GZIP, UNCOMPRESSED]",
    ),
}


@pytest.mark.parametrize("taken,wrong,path,words", DESTINATION_LIMITS.values(), ids=DESTINATION_LIMITS.keys())
def test_members_of_a_destination(client, name, taken, wrong, path, words):
    def create(members):
        try:
            client.create_delivery_stream(
                DeliveryStreamName=name, ExtendedS3DestinationConfiguration=s3(**members)
            )
            return destination(client, name)
        finally:
            remove(client, name)

    if taken is not None:
        shown = create(taken)
        assert {member: shown.get(member, "") for member in taken} == taken
    if wrong is not None:
        refused(lambda: create(wrong), f"extendedS3DestinationConfiguration.{path}", words)


def test_a_wrong_update_points_to_the_update(client, stream):
    refused(
        client.update_destination,
        "extendedS3DestinationUpdate.bufferingHints.sizeInMBs",
        greater(128),
        DeliveryStreamName=stream,
        CurrentDeliveryStreamVersionId="1",
        DestinationId=DESTINATION_ID,
        ExtendedS3DestinationUpdate={"BufferingHints": {"SizeInMBs": 129, "IntervalInSeconds": 60}},
    )
    refused(
        client.update_destination,
        "currentDeliveryStreamVersionId",
        "satisfy regular expression pattern: [0-9]+",
        DeliveryStreamName=stream,
        CurrentDeliveryStreamVersionId="one",
        DestinationId=DESTINATION_ID,
        ExtendedS3DestinationUpdate={"Prefix": "p/"},
    )


def test_all_that_is_wrong_is_said_at_once(client):
    with pytest.raises(ClientError) as error:
        client.create_delivery_stream(
            DeliveryStreamName="a b",
            DeliveryStreamType="Sideways",
            ExtendedS3DestinationConfiguration={"BucketARN": "nowhere", "CompressionFormat": "LZMA"},
        )
    assert code_of(error) == "ValidationException"
    assert text_of(error).startswith("5 validation errors detected: ")
    assert "Value at 'extendedS3DestinationConfiguration.roleARN' failed to satisfy constraint: Member must not be null" in text_of(error)
    # What was sent is not repeated: it could be a secret.
    assert "LZMA" not in text_of(error) and "Sideways" not in json.dumps(error.value.response)
