"""
Invocations of dbt in one process, an argument each: `SHOP_RUN=2 build --select ...`. What became of each node is printed as a
line of JSON per invocation.
"""

import json
import os
import shlex
import sys

from dbt.cli.main import dbtRunner


def outcome(line):
    words = shlex.split(line)
    while "=" in words[0]:
        name, value = words.pop(0).split("=", 1)
        os.environ[name] = value
    result = dbtRunner().invoke(["--quiet", *words])
    nodes = {}
    if result.exception is not None:
        nodes["dbt"] = repr(result.exception)
    for run in getattr(result.result, "results", None) or []:
        # A catalog has results that are no runs.
        if hasattr(run, "node"):
            nodes[run.node.name] = "done" if str(run.status) in ("success", "pass") else f"{run.status}: {run.message}"
    return {"success": result.success, "nodes": nodes}


for given in sys.argv[1:]:
    print(json.dumps(outcome(given)), flush=True)
