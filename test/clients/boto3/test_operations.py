"""All twelve operations as a program uses them, over HTTP and HTTPS."""

import datetime
import os
import time

import pytest
from conftest import BUCKET_ARN, DESTINATION_ID, ROLE_ARN, describe, destination, make_client, remove, s3

ADDRESSES = {"http": "HOZON_HTTP", "https": "HOZON_HTTPS"}


@pytest.fixture(params=ADDRESSES)
def client(request):
    # boto3's own defaults: its validation and its retries.
    import boto3

    return boto3.client("firehose", endpoint_url=os.environ[ADDRESSES[request.param]])


def test_life_of_a_stream(client, name):
    created = client.create_delivery_stream(
        DeliveryStreamName=name,
        DeliveryStreamType="DirectPut",
        ExtendedS3DestinationConfiguration=s3(Prefix="life/", BufferingHints={"SizeInMBs": 3, "IntervalInSeconds": 0}),
        Tags=[{"Key": "team", "Value": "ops"}],
    )
    arn = f"arn:aws:firehose:{client.meta.region_name}:123456789012:deliverystream/{name}"
    assert created["DeliveryStreamARN"] == arn
    assert created["ResponseMetadata"]["RequestId"] != ""

    description = describe(client, name)
    assert description["DeliveryStreamARN"] == arn
    assert description["DeliveryStreamStatus"] == "ACTIVE"
    assert description["DeliveryStreamType"] == "DirectPut"
    assert description["VersionId"] == "1"
    assert description["HasMoreDestinations"] is False
    age = datetime.datetime.now(datetime.timezone.utc) - description["CreateTimestamp"]
    assert abs(age.total_seconds()) < 3600
    assert name in client.list_delivery_streams(Limit=10000)["DeliveryStreamNames"]

    one = client.put_record(DeliveryStreamName=name, Record={"Data": b'{"n": 0}\n'})
    assert one["RecordId"] != "" and one["Encrypted"] is False
    many = client.put_record_batch(
        DeliveryStreamName=name, Records=[{"Data": b'{"n": %d}\n' % n} for n in range(1, 501)]
    )
    assert many["FailedPutCount"] == 0 and many["Encrypted"] is False
    assert [set(entry) for entry in many["RequestResponses"]] == [{"RecordId"}] * 500
    ids = {entry["RecordId"] for entry in many["RequestResponses"]} | {one["RecordId"]}
    assert len(ids) == 501

    client.delete_delivery_stream(DeliveryStreamName=name)
    until_gone(client, name)
    assert name not in client.list_delivery_streams(Limit=10000)["DeliveryStreamNames"]


def until_gone(client, name):
    # As at AWS: a stream is DELETING as long as its last records are on their way.
    for _ in range(300):
        try:
            assert describe(client, name)["DeliveryStreamStatus"] == "DELETING"
        except client.exceptions.ResourceNotFoundException:
            return
        time.sleep(0.1)
    pytest.fail("the stream is still there")


def test_defaults_of_a_destination(client, name):
    client.create_delivery_stream(DeliveryStreamName=name, ExtendedS3DestinationConfiguration=s3())
    try:
        shown = describe(client, name)["Destinations"]
        assert len(shown) == 1
        assert shown[0]["DestinationId"] == DESTINATION_ID
        plain = {
            "RoleARN": ROLE_ARN,
            "BucketARN": BUCKET_ARN,
            "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 300},
            "CompressionFormat": "UNCOMPRESSED",
            "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
            "CloudWatchLoggingOptions": {"Enabled": False},
        }
        # AWS shows the older form as well, whichever one was given.
        assert shown[0]["S3DestinationDescription"] == plain
        assert shown[0]["ExtendedS3DestinationDescription"] == {**plain, "S3BackupMode": "Disabled"}
        assert describe(client, name)["DeliveryStreamEncryptionConfiguration"] == {"Status": "DISABLED"}
    finally:
        remove(client, name)


def test_a_stream_of_the_older_form(client, name):
    client.create_delivery_stream(DeliveryStreamName=name, S3DestinationConfiguration=s3(CompressionFormat="GZIP"))
    try:
        shown = describe(client, name)["Destinations"][0]
        assert shown["S3DestinationDescription"]["CompressionFormat"] == "GZIP"
        assert shown["ExtendedS3DestinationDescription"]["CompressionFormat"] == "GZIP"
    finally:
        remove(client, name)


def test_an_update_merges(client, stream):
    def update(version, **members):
        client.update_destination(
            DeliveryStreamName=stream,
            CurrentDeliveryStreamVersionId=version,
            DestinationId=DESTINATION_ID,
            ExtendedS3DestinationUpdate=members,
        )

    update("1", Prefix="first/", CompressionFormat="GZIP")
    assert describe(client, stream)["VersionId"] == "2"
    assert "LastUpdateTimestamp" in describe(client, stream)
    update("2", BufferingHints={"SizeInMBs": 7, "IntervalInSeconds": 61})
    merged = destination(client, stream)
    assert merged["Prefix"] == "first/"
    assert merged["CompressionFormat"] == "GZIP"
    assert merged["BufferingHints"] == {"SizeInMBs": 7, "IntervalInSeconds": 61}
    assert describe(client, stream)["VersionId"] == "3"


def test_tags(client, stream):
    first = [{"Key": f"k{n:02}", "Value": f"v{n}"} for n in range(30)]
    client.tag_delivery_stream(DeliveryStreamName=stream, Tags=first)
    # A key that is there gets the new value; a tag may do without one.
    client.tag_delivery_stream(DeliveryStreamName=stream, Tags=[{"Key": "k00", "Value": "new"}, {"Key": "alone"}])
    page = client.list_tags_for_delivery_stream(DeliveryStreamName=stream, Limit=20)
    assert len(page["Tags"]) == 20 and page["HasMoreTags"] is True
    rest = client.list_tags_for_delivery_stream(
        DeliveryStreamName=stream, ExclusiveStartTagKey=page["Tags"][-1]["Key"]
    )
    assert rest["HasMoreTags"] is False
    tags = {tag["Key"]: tag.get("Value") for tag in page["Tags"] + rest["Tags"]}
    assert len(tags) == 31
    assert tags["k00"] == "new" and tags["k29"] == "v29"
    client.untag_delivery_stream(DeliveryStreamName=stream, TagKeys=list(tags)[1:] + ["never-there"])
    left = client.list_tags_for_delivery_stream(DeliveryStreamName=stream)["Tags"]
    assert [tag["Key"] for tag in left] == list(tags)[:1]


def test_encryption(client, stream):
    key = "arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012"
    for given, shown in [
        (None, {"KeyType": "AWS_OWNED_CMK"}),
        ({"KeyType": "CUSTOMER_MANAGED_CMK", "KeyARN": key}, {"KeyType": "CUSTOMER_MANAGED_CMK", "KeyARN": key}),
    ]:
        settings = {} if given is None else {"DeliveryStreamEncryptionConfigurationInput": given}
        client.start_delivery_stream_encryption(DeliveryStreamName=stream, **settings)
        assert describe(client, stream)["DeliveryStreamEncryptionConfiguration"] == {**shown, "Status": "ENABLED"}
        assert client.put_record(DeliveryStreamName=stream, Record={"Data": b"x"})["Encrypted"] is True
    client.stop_delivery_stream_encryption(DeliveryStreamName=stream)
    assert describe(client, stream)["DeliveryStreamEncryptionConfiguration"]["Status"] == "DISABLED"
    assert client.put_record(DeliveryStreamName=stream, Record={"Data": b"x"})["Encrypted"] is False


def test_lists_in_pages(client):
    names = sorted(f"page-{os.getpid()}-{n:02}" for n in range(12))
    for name in names:
        client.create_delivery_stream(DeliveryStreamName=name, S3DestinationConfiguration=s3())
    try:
        # Ten is what AWS gives who asks for no number.
        assert len(client.list_delivery_streams()["DeliveryStreamNames"]) == 10
        listed, more = [], True
        while more:
            start = {"ExclusiveStartDeliveryStreamName": listed[-1]} if listed else {}
            page = client.list_delivery_streams(Limit=5, **start)
            listed += page["DeliveryStreamNames"]
            more = page["HasMoreDeliveryStreams"]
        assert [name for name in listed if name in names] == names
        assert listed == sorted(listed)
        assert client.list_delivery_streams(DeliveryStreamType="KinesisStreamAsSource")["DeliveryStreamNames"] == []
        direct = client.list_delivery_streams(DeliveryStreamType="DirectPut", Limit=10000)
        assert set(names) <= set(direct["DeliveryStreamNames"])
    finally:
        for name in names:
            remove(client, name)


def test_a_stream_belongs_to_the_region_of_its_creator(name):
    tokyo = make_client(region_name="ap-northeast-1")
    created = tokyo.create_delivery_stream(DeliveryStreamName=name, ExtendedS3DestinationConfiguration=s3())
    try:
        assert created["DeliveryStreamARN"].split(":")[3] == "ap-northeast-1"
        assert describe(tokyo, name)["DeliveryStreamARN"] == created["DeliveryStreamARN"]
    finally:
        remove(tokyo, name)


def test_a_stream_of_the_pipeline_file(client):
    description = describe(client, "from-file")
    assert description["DeliveryStreamStatus"] == "ACTIVE"
    assert description["Destinations"][0]["ExtendedS3DestinationDescription"]["BucketARN"] == "arn:aws:s3:::logs"
    put = client.put_record_batch(DeliveryStreamName="from-file", Records=[{"Data": b'{"by":"boto3"}\n'}] * 3)
    assert put["FailedPutCount"] == 0
