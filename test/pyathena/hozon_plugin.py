"""
Lets PyAthena's own tests run against Hozon: PyArrow's S3 file system does not look at AWS_ENDPOINT_URL, and PyAthena has no
setting of its own for it. And it asks more often than once a second whether a query is over.
"""

import functools
import os

import pyarrow.fs
from pyathena.connection import Connection

pyarrow.fs.S3FileSystem = functools.partial(
    pyarrow.fs.S3FileSystem, endpoint_override=os.environ["AWS_ENDPOINT_URL"]
)

_init = Connection.__init__


@functools.wraps(_init)
def _ask_often(self, *args, **kwargs):
    kwargs.setdefault("poll_interval", 0.05)
    _init(self, *args, **kwargs)


Connection.__init__ = _ask_often
