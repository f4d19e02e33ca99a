#!/usr/bin/env python3
"""openapi.py FOLDER CHECKER
Holds the exchanges that demo tenants kept in FOLDER (PIMGATE_EXCHANGES=FOLDER while the tests ran) against Microsoft's
published API description, by CHECKER (graph/openapi-check.py). What a test broke on purpose is not held against it: it is
counted, by kind. Exchanges that differ in ids and moments only are checked once. Exit status: 0 no finding, 1 findings,
2 there was nothing to check."""
import collections
import concurrent.futures
import glob
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

SHOWN = 60
VARYING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?"
    r"|127\.0\.0\.1:\d+|\[::1\]:\d+|localhost:\d+",
    re.IGNORECASE,
)
# Also documented by Microsoft, but left out of the description at hand: judged as what they are an alias of.
ALIASES = {"/v1.0/me/revokeSignInSessions": "/v1.0/users/me/revokeSignInSessions"}
# The description at hand has no PATCH of a user; what the tenant takes of it is a member of servicePrincipal too.
PATCHED_USER = re.compile(r"/v1\.0/users/[^/?]+$")
JUDGED = ("method", "path", "requestBody", "status", "responseBody")


def masked(text):
    return VARYING.sub("*", text)


def kind_of(exchange):
    if exchange.get("fault"):
        return "fault"
    return "raw" if exchange.get("raw") else "checked"


def described(exchange):
    """The path under which the description tells of such an exchange."""
    path = exchange["path"]
    if exchange["method"] == "PATCH" and PATCHED_USER.match(path):
        return path.replace("/users/", "/servicePrincipals/")
    return ALIASES.get(path, path)


def collect(folder):
    """The exchanges to check, one of each shape as (file, line), and how many there were by kind."""
    kinds, distinct = collections.Counter(), {}
    for name in sorted(glob.glob(os.path.join(folder, "*.jsonl"))):
        with open(name, encoding="utf-8") as lines:
            for line in lines:
                if not line.endswith("\n"):
                    kinds["cut off"] += 1  # its tenant was killed while writing
                    continue
                exchange = json.loads(line)
                kind = kind_of(exchange)
                kinds[kind] += 1
                if kind == "checked":
                    exchange["path"] = described(exchange)
                    judged = json.dumps({member: exchange.get(member) for member in JUDGED})
                    shape = hashlib.sha256(masked(judged).encode()).digest()
                    distinct.setdefault(shape, (os.path.basename(name), judged))
    return list(distinct.values()), kinds


def check(checker, shard):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(judged + "\n" for _, judged in shard)
        file.flush()
        done = subprocess.run([sys.executable, checker, "--case-insensitive-enums", "--json", file.name],
                              capture_output=True, text=True)
    if not done.stdout:
        raise SystemExit("The checker did not work:\n" + done.stderr)
    report = json.loads(done.stdout)
    if report["exchanges"] != len(shard):
        raise SystemExit("The checker read %d of %d exchanges." % (report["exchanges"], len(shard)))
    return [(shard[each["line"] - 1][0], each) for each in report["reports"]]


def show(findings):
    grouped = collections.OrderedDict()
    for file, each in findings:
        for problem in each["problems"]:
            path = masked(each["path"].split("?")[0])
            key = (each["method"], path, each["status"], masked(problem["at"]), masked(problem["what"]))
            grouped.setdefault(key, []).append((file, each["path"]))
    for (method, path, status, at, what), where in list(grouped.items())[:SHOWN]:
        print("%s %s -> %s, %s: %s" % (method, path, status, at, what))
        print("    %d times, first in %s: %s" % (len(where), where[0][0], where[0][1][:300]))
    if len(grouped) > SHOWN:
        print("... and %d more kinds of finding" % (len(grouped) - SHOWN))


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    distinct, kinds = collect(sys.argv[1])
    if not distinct:
        print("No exchange was kept in %s: nothing was checked." % sys.argv[1])
        return 2
    workers = os.cpu_count() or 1
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        shards = [distinct[n::workers] for n in range(workers)]
        findings = [each for found in pool.map(lambda shard: check(sys.argv[2], shard), shards) for each in found]
    show(findings)
    others = ", ".join("%d %s" % (kinds[kind], kind) for kind in sorted(kinds) if kind != "checked")
    print("%d exchanges of Graph checked (%d differ in more than ids and moments), %d with findings; not checked: %s"
          % (kinds["checked"], len(distinct), len(findings), others or "none"))
    return 1 if findings else 0


sys.exit(main())
