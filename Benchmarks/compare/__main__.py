#!/usr/bin/env python3
"""Compares Tagline with other systems that a team could use for batchTagging, in one run. `make bench` runs this
script.

    python3 Benchmarks/compare BINARY [PAGE]

All systems hold the same followers and get the same calls. They take turns in ROUNDS rounds (5). In a round, calls run
for SECONDS seconds (5), and reads for two. The report is printed, and also written to PAGE. Lower FOLLOWERS (1000000)
and MANY (10000000) to test the script itself. PARTS names the parts to measure, by default all: calls,journal,reads,scale.
The part reads needs the part calls, for its comparison with nginx.
"""
import json, os, sys, threading, time

from contenders import Disk, Nginx, Postgres, Process, Redis, Tagline, TaglineOnPostgres
from report import Report
from world import LIST, clean_up, fetch, median, openid, path, run, wait_for

BINARY = os.path.abspath(sys.argv[1])
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", 5)), int(os.environ.get("SECONDS", 5))
PARTS = os.environ.get("PARTS", "calls,journal,reads,scale").split(",")
FOLLOWERS, MANY = int(os.environ.get("FOLLOWERS", 1_000_000)), int(os.environ.get("MANY", 10_000_000))


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def in_turns(contenders, rounds=ROUNDS):
    """Measures each contender once a round. Each round begins with the next contender. Returns the medians by name."""
    results = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            results[name].append(contenders[name]())
            say(f"round {number + 1} of {rounds}, {name}: " + ", ".join(f"{key} {value:.6g}" for key, value in results[name][-1].items() if key in ("rate", "p99")))
    return {name: {key: median([row[key] for row in rows]) for key in rows[0]} for name, rows in results.items()}


def sandbox():
    """Returns the seconds from exec to the first answer, and the memory of an idle sandbox."""
    starts, memory = [], []
    for number in range(9):
        server, ready = Process(), path(f"sandbox-{number}")
        start = time.monotonic()
        server.start(
            BINARY, "sandbox", "--http-port", 0, "--https-port", 0, "--admin-port", 0, "--cloud-port", 0, "--data",
            path(f"sandbox-data-{number}"), "--ready-file", ready)
        addresses = wait_for(lambda: os.path.exists(ready) and json.loads(open(ready).read() or "null"))
        fetch(addresses["http"] + "/")
        starts.append(time.monotonic() - start)
        time.sleep(2)
        pages = open(f"/proc/{server.process.pid}/smaps_rollup").read()
        memory.append({line.split(":")[0]: int(line.split()[1]) / 1024 for line in pages.splitlines()[1:]})
        server.stop()
    return median(starts), {key: median([row[key] for row in memory]) for key in memory[0]}


def throughput(report, tagline):
    run(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=localhost", "-keyout", path("key.pem"), "-out", path("cert.pem"))
    nginx, disk = Nginx(), Disk()
    say("preparing Redis")
    redis = Redis(FOLLOWERS)
    say("preparing PostgreSQL")
    postgres = Postgres(FOLLOWERS)
    say("preparing Tagline on PostgreSQL")
    on_postgres = TaglineOnPostgres(BINARY, FOLLOWERS)
    on_postgres.prepare()
    contenders = {"disk": lambda: disk.measure(1)}
    for connections in (1, 64, 256):
        contenders[f"nginx {connections}"] = lambda connections=connections: nginx.measure(tagline.lists, connections, SECONDS)
    for connections in (1, 8, 64, 256):
        contenders[f"http {connections}"] = lambda connections=connections: tagline.measure(connections, SECONDS)
    contenders["https 64"] = lambda: tagline.measure(64, SECONDS, "https")
    for connections in (64, 256):
        contenders[f"redis {connections}"] = lambda connections=connections: redis.measure(connections, 3000 * SECONDS)
    for connections in (8, 64):
        contenders[f"postgres {connections}"] = lambda connections=connections: postgres.measure(connections, SECONDS)
    for nodes, connections in ((1, 64), (1, 256), (2, 256)):
        contenders[f"on postgres {nodes} {connections}"] = lambda nodes=nodes, connections=connections: on_postgres.measure(nodes, connections, SECONDS)
    results = in_turns(contenders)
    # Half of the highest rate, from 64 connections that each wait between two calls.
    highest = max(results["http 64"]["rate"], results["http 256"]["rate"])
    delay = round(2 * (64 / (highest / 2) * 1000 - results["http 64"]["p50"] * 500))
    results |= in_turns({"half": lambda: tagline.measure(64, SECONDS, delay=delay)})
    report.calls(results)


def watched(report, tagline):
    """Measures the same calls while the journal keeps the metadata of calls, and while fifty browsers show these
    calls.
    """
    metadata = ("--journal", "metadata")
    report.watched(in_turns(
        {
            "off": lambda: tagline.measure(64, SECONDS),
            "on": lambda: tagline.measure(64, SECONDS, options=metadata),
            "browsers": lambda: tagline.measure(64, SECONDS, options=metadata, browsers=50),
        }, 2 * ROUNDS))


def reads(report, tagline):
    """Measures the pages of a tag that all followers carry, and the small reads."""
    tagline.open()
    say("giving a tag to all followers")
    # Before wrk begins, it asks its script for one request and never sends that request.
    while tagline.tagged(100) < FOLLOWERS * 0.999:
        tagline.call(64, 2, stride=0)
    page = min(10_000, FOLLOWERS // 2)
    cursors = [""] + [openid(number) for number in range(page - 1, FOLLOWERS - page, page)]
    results = in_turns(
        {
            "page": lambda: tagline.read("user/tag/get", [json.dumps({"tagid": 100, "next_openid": cursor}) for cursor in cursors], 2),
            "getidlist": lambda: tagline.read("tags/getidlist", [json.dumps({"openid": openid(n)}) for n in range(0, FOLLOWERS, FOLLOWERS // 1000)], 2),
            "tags": lambda: tagline.read("tags/get", [""], 2),
        })
    tagline.stop()
    report.reads(results)


def scale(report, _):
    """Compares ten thousand followers with ten million. Measures the cost of ten million followers with fifty
    million taggings.
    """
    few, many = Tagline(BINARY, 10_000), Tagline(BINARY, MANY)
    few.prepare()
    few.open()
    empty = few.memory()
    few.stop()
    say(f"importing {MANY} followers")
    many.prepare()
    many.open(data=many.seed)
    say("giving five tags to each follower")
    for tag in range(100, 105):
        while many.tagged(tag) < MANY * 0.999:
            many.call(64, max(2, MANY // LIST // 10_000), sweep=tag - 100, stride=0)
    rare = json.loads(f'[{open(many.lists).readline()}]') + json.loads(f'[{open(many.lists).readlines()[-1]}]')
    for half in (rare[:LIST], rare[LIST:]):
        many.ask("tags/members/batchtagging", {"openid_list": half, "tagid": 199})
    many.stop()
    starts, memory = [], []
    for number in range(5):
        starts.append(many.open(data=many.seed))
        memory.append(many.memory())
        if number < 4:
            many.stop()
    pages = in_turns(
        {
            "rare": lambda: many.read("user/tag/get", [json.dumps({"tagid": 199})], 2),
            "page": lambda: many.read(
                "user/tag/get", [json.dumps({"tagid": 100, "next_openid": openid(n)}) for n in range(9_999, MANY - 10_000, MANY // 100)], 2),
        })
    say("measuring the same calls with few and with many followers")
    sweeps = iter(range(5, 20))

    # Ten thousand followers are two hundred lists. With more connections, a slow call would still run in the next
    # sweep.
    def with_few():
        few.open()
        try:
            return few.call(32, SECONDS)
        finally:
            few.stop()

    rates = in_turns({"few": with_few, "many": lambda: many.call(32, SECONDS, sweep=next(sweeps))})
    say("measuring while followers are saved")
    checkpoint = checkpoints(many)
    many.stop()
    report.scale(MANY, empty, median(memory), median(starts), pages, rates, checkpoint)


def checkpoints(many):
    """Measures windows of a second. Returns the median p99 of the windows without saving, and the median p99 of the
    windows in
    which followers were saved for half of the time or more.

    Other calls continue all the time, so that the store does not save only in the pauses between two windows.
    """
    quiet, cut = [], []
    quarter = MANY // LIST // 4
    load = many.call_meanwhile(8, 10, 2 * quarter, 2 * quarter)
    position = 0
    for _ in range(40):
        seen, over = [], threading.Event()

        def watch():
            while not over.wait(0.05):
                # The journal is longer than 64 MiB only while followers are saved.
                seen.append(many.figure("tagline_store_journal_bytes") >= 64 << 20)

        watcher = threading.Thread(target=watch)
        watcher.start()
        result = many.call(64, 1, sweep=10 + position // quarter, first=position % quarter, count=quarter)
        over.set()
        watcher.join()
        position += result["calls"]
        share = sum(seen) / max(1, len(seen))
        if share == 0:
            quiet.append(result["p99"])
        elif share >= 0.5:
            cut.append(result["p99"])
    load.stop()
    return {"quiet": median(quiet), "cut": median(cut), "windows": (len(quiet), len(cut))} if quiet and cut else None


report = Report(BINARY, ROUNDS, SECONDS)
try:
    report.sandbox(*sandbox())
    tagline = Tagline(BINARY, FOLLOWERS)
    say(f"importing {FOLLOWERS} followers into Tagline")
    tagline.prepare()
    for part in PARTS:
        {"calls": throughput, "journal": watched, "reads": reads, "scale": scale}[part](report, tagline)
finally:
    for process in list(Process.running):
        process.stop()
    clean_up()
text = report.text()
print(text)
if len(sys.argv) > 2:
    with open(sys.argv[2], "w") as file:
        file.write(text)
