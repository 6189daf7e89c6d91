#!/usr/bin/env python3
"""Tagline beside what else a team would put behind batchTagging, in one run. Run by `make bench`.

    python3 Benchmarks/compare BINARY [PAGE]

Everyone holds the same followers and makes the same calls, in turns, ROUNDS times (5) for SECONDS seconds (5) each, reads for two. What is printed
is written to PAGE as well. FOLLOWERS (1000000) and MANY (10000000) make it smaller, to see that it works. PARTS names what is measured, by default
all: calls,journal,reads,scale. Without calls, reads cannot be compared with nginx, so they need it.
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
    """Measures each once a round, beginning with another one each time; what they said, by name."""
    results = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            results[name].append(contenders[name]())
            say(f"round {number + 1} of {rounds}, {name}: " + ", ".join(f"{key} {value:.6g}" for key, value in results[name][-1].items() if key in ("rate", "p99")))
    return {name: {key: median([row[key] for row in rows]) for key in rows[0]} for name, rows in results.items()}


def sandbox():
    """Seconds from exec to the first answer, and the memory of a sandbox that nobody calls."""
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
    say("for Redis")
    redis = Redis(FOLLOWERS)
    say("for PostgreSQL")
    postgres = Postgres(FOLLOWERS)
    say("for Tagline on PostgreSQL")
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
    """The same calls while the journal keeps who called what, and while fifty browsers look at it."""
    metadata = ("--journal", "metadata")
    report.watched(in_turns(
        {
            "off": lambda: tagline.measure(64, SECONDS),
            "on": lambda: tagline.measure(64, SECONDS, options=metadata),
            "browsers": lambda: tagline.measure(64, SECONDS, options=metadata, browsers=50),
        }, 2 * ROUNDS))


def reads(report, tagline):
    """Pages of a tag that everyone carries, and the small reads."""
    tagline.open()
    say("a tag for everyone")
    # wrk asks its script for one request before it begins, which is never sent.
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
    """From ten thousand followers to ten million, and what ten million with fifty million taggings cost."""
    few, many = Tagline(BINARY, 10_000), Tagline(BINARY, MANY)
    few.prepare()
    few.open()
    empty = few.memory()
    few.stop()
    say(f"{MANY} followers")
    many.prepare()
    many.open(data=many.seed)
    say("five tags for each of them")
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
    say("the same calls with few and with many followers")
    sweeps = iter(range(5, 20))

    # Ten thousand followers are two hundred lists: with more connections a slow call would meet the next sweep.
    def with_few():
        few.open()
        try:
            return few.call(32, SECONDS)
        finally:
            few.stop()

    rates = in_turns({"few": with_few, "many": lambda: many.call(32, SECONDS, sweep=next(sweeps))})
    say("while followers are saved")
    checkpoint = checkpoints(many)
    many.stop()
    report.scale(MANY, empty, median(memory), median(starts), pages, rates, checkpoint)


def checkpoints(many):
    """p99 of windows of a second in which followers were being saved for half of the time or more, and of those in which not at all.

    Other calls go on all the time, so that nothing is saved in the pauses between two windows.
    """
    quiet, cut = [], []
    quarter = MANY // LIST // 4
    load = many.call_meanwhile(8, 10, 2 * quarter, 2 * quarter)
    position = 0
    for _ in range(40):
        seen, over = [], threading.Event()

        def watch():
            while not over.wait(0.05):
                # The journal is longer than that only until it is cut.
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
    say(f"{FOLLOWERS} followers for Tagline")
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
