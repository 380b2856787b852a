"""
Reads delivered objects with libraries that have nothing to do with Hozon, and prints each one's bytes (base64), or a
Parquet file's rows, as lines of JSON: `read_objects.py KIND FILE...`.

xerial and hadoop are read by hand, from the formats' own descriptions: no Python library reads them.
"""

import base64
import gzip
import io
import json
import struct
import sys
import zipfile

import pyarrow.parquet
import snappy
import zstandard


def read_gzip(data):
    return gzip.decompress(data)


def read_zip(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == 1, names
        assert archive.getinfo(names[0]).compress_type == zipfile.ZIP_DEFLATED
        return archive.read(names[0])


def read_zstd(data):
    with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True) as reader:
        return reader.read()


def read_xerial(data):
    """snappy-java's SnappyOutputStream: magic, version, compatible version, then length and block."""
    assert data[:8] == b"\x82SNAPPY\x00", data[:16]
    version, compatible = struct.unpack(">ii", data[8:16])
    assert (version, compatible) == (1, 1)
    out, at = [], 16
    while at < len(data):
        (length,) = struct.unpack(">i", data[at : at + 4])
        out.append(snappy.uncompress(data[at + 4 : at + 4 + length]))
        at += 4 + length
    assert at == len(data)
    return b"".join(out)


def read_hadoop(data):
    """Hadoop's BlockCompressorStream: length of a block as it was, then chunks of it, each with its length."""
    out, at = [], 0
    while at < len(data):
        (whole,) = struct.unpack(">i", data[at : at + 4])
        at += 4
        while whole > 0:
            (length,) = struct.unpack(">i", data[at : at + 4])
            chunk = snappy.uncompress(data[at + 4 : at + 4 + length])
            out.append(chunk)
            whole -= len(chunk)
            at += 4 + length
        assert whole == 0
    assert at == len(data)
    return b"".join(out)


def read_plain(data):
    return data


READERS = {
    "plain": read_plain,
    "gzip": read_gzip,
    "zip": read_zip,
    "zstd": read_zstd,
    "xerial": read_xerial,
    "hadoop": read_hadoop,
}


def main(kind, paths):
    for path in paths:
        if kind == "parquet":
            rows = pyarrow.parquet.read_table(path, partitioning=None).to_pylist()
            print(json.dumps(rows, default=str))
        else:
            with open(path, "rb") as file:
                print(json.dumps(base64.b64encode(READERS[kind](file.read())).decode("ascii")))


main(sys.argv[1], sys.argv[2:])
