"""Writes what became of each test as a line of JSON to $HOZON_RESULTS."""

import json
import os

import pytest

_seen = {}


def pytest_runtest_logreport(report):
    # A test has three reports; the first that did not pass says what became of it.
    earlier = _seen.get(report.nodeid)
    if earlier is None or (earlier["outcome"] == "passed" and report.outcome != "passed"):
        _seen[report.nodeid] = {
            "id": report.nodeid,
            "outcome": report.outcome,
            "text": "" if report.outcome == "passed" else str(report.longrepr),
        }


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish():
    with open(os.environ["HOZON_RESULTS"], "w", encoding="utf-8") as file:
        for result in _seen.values():
            file.write(json.dumps(result) + "\n")
