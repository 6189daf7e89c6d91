#!/usr/bin/env python3
"""Runs rude clients of many kinds beside an honest client. Fails if the honest client or the server suffers.

    rude_clients.py --http URL --admin URL --pid PID [--seconds 60] [--each 8] [--only KIND] [--seed N]

The server is a sandbox on this machine. Start the sandbox and this script with the same TAGLINE_ADMIN_TOKEN.
Each kind gets an equal share of the seconds, in its own process, which uses at most a third of a core.
The honest client calls over one connection, which it opens after the rude connections.
Between two kinds, the script waits until the server is as quick as before.

A line per kind has:
    p50, p99, ratio   times of the honest client in ms, and this p99 divided by the p99 without rude clients
    RSS               the server's resident memory in MB, before and at the highest
    core              the share of one core that the rude process used
    conns, reqs, MB   what the rude clients opened and sent
    after             seconds until the honest client was as quick as before
    answers           how the server answered the rude clients: a status, closed, silent, or no connection

`polite` is not a rude kind. It shows what the same number of polite clients costs on this machine, and breaks no bound.
If the honest client was slow beside a kind, the script measures both five times more in turns, the honest client alone
first. The medians of the five count: a machine that is busy with other work is slow only sometimes, but a server that
rude clients slow down is slow most times. If the median of the p99 alone breaks `--p99-ms`, only the ratio counts.

Exit codes: 0 if all was well, 1 if a bound was broken, 2 for a wrong option.
"""

import argparse
import collections
import http.client
import json
import multiprocessing
import os
import random
import resource
import socket
import ssl
import statistics
import struct
import sys
import threading
import time
import urllib.parse
import urllib.request

APP, SECRET = "wx5ad0c4e6b81f2793", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
FOLLOWERS = ["ocYxcuDemoFollower%010d" % number for number in range(1, 101)]
ADMIN_TOKEN = os.environ.get("TAGLINE_ADMIN_TOKEN", "")
MIB = 1 << 20
# The line of an account in a state.
STATE_OF_ONE = (
    b'{"account":{"allowed_addresses":[],"appid":"wxrude","certified":true,"frozen":false,"kind":"service",'
    b'"limits":{},"next_tag_id":100,"quotas":{},"secret_frozen":false,"secret_sha256":"' + b"0" * 64 + b'","tags":[]}}\n'
)
# The share of one core that all rude clients of a kind may take together.
CORE_SHARE = 0.33
# Seconds after which a rude client gives up.
PATIENCE = 2.0
# How often a slow kind is measured again.
REPEATS = 5
# Seconds that the server may take to be quick again after a kind.
RECOVERY = 30.0
CONTROL = "polite"
KINDS = {}


def kind(function):
    """Registers `function` as a kind. A worker calls it again and again; each call opens one connection or several."""
    KINDS[function.__name__.replace("_", "-")] = function
    return function


# What is sent


def request(method, path, body=b"", *fields):
    """Returns the bytes of a whole request; `fields` are further header fields."""
    length = "" if method == "GET" else "Content-Length: %d\r\n" % len(body)
    more = "".join(field + "\r\n" for field in fields)
    return ("%s %s HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n" % (method, path, more, length)).encode() + body


def head(path, length=None, *fields):
    """Returns the head of a POST whose body has `length` bytes, or is sent in chunks if `length` is missing."""
    framing = "Transfer-Encoding: chunked" if length is None else "Content-Length: %d" % length
    lines = ["POST %s HTTP/1.1" % path, "Host: localhost", framing, *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def small_call(token):
    """Returns a valid call that has no quota and a short answer."""
    body = json.dumps({"openid": FOLLOWERS[0]}).encode()
    return request("POST", "/cgi-bin/tags/getidlist?access_token=" + token, body)


def big_call(token):
    """Returns a valid call that has no quota and an answer of about 30 kB."""
    body = json.dumps({"user_list": [{"openid": openid} for openid in FOLLOWERS]}).encode()
    return request("POST", "/cgi-bin/user/info/batchget?access_token=" + token, body)


def admin_fields():
    """Returns the header field with the admin token, if there is one."""
    return ["Authorization: Bearer " + ADMIN_TOKEN] if ADMIN_TOKEN else []


# The parts of a rude client


class Over(Exception):
    """The time of this kind has passed."""


class Pace:
    """Holds the process to `CORE_SHARE` of a core, so that a lack of cores does not look like a slow server."""

    def __init__(self, over):
        self.over = over
        self.lock = threading.Lock()
        self.then, self.used, self.owed = time.monotonic(), time.process_time(), 0.0

    def wait(self):
        """Sleeps for the time that the process used above its share. Raises `Over` at the end."""
        with self.lock:
            now, used = time.monotonic(), time.process_time()
            self.owed = max(0.0, self.owed + (used - self.used) - CORE_SHARE * (now - self.then))
            self.then, self.used = now, used
            owed = self.owed
        if owed > 0.005:
            self.sleep(owed / CORE_SHARE)
        elif now >= self.over:
            raise Over

    def sleep(self, seconds):
        time.sleep(max(0.0, min(seconds, self.over - time.monotonic())))
        if time.monotonic() >= self.over:
            raise Over


class Rude:
    """One worker: its connections, its random numbers and its counts."""

    def __init__(self, world, pace, seed):
        self.http, self.admin, self.token = world["http"], world["admin"], world["token"]
        self.pace, self.random = pace, random.Random(seed)
        self.counts = collections.Counter()
        # What the server did: a status, "closed" or "silent".
        self.answers = collections.Counter()
        self.lines = []

    def connect(self, address=None, receive_buffer=None):
        """Opens a connection to `address`, or to the API if `address` is missing."""
        self.pace.wait()
        line = Line(self, address or self.http, receive_buffer)
        self.lines.append(line)
        self.counts["connections"] += 1
        return line

    def crowd(self, count):
        """Opens `count` connections."""
        return [self.connect() for _ in range(count)]

    def hold(self):
        """Keeps all connections as they are until the end."""
        while True:
            self.pace.sleep(60)

    def close(self):
        for line in self.lines:
            line.socket.close()
        self.lines = []


class Line:
    """One rude connection. It sends at the pace of the process, and counts what it sends."""

    def __init__(self, rude, address, receive_buffer):
        self.rude = rude
        self.unread = b""
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(address)
        self.socket.settimeout(0.1)

    def send(self, data, requests=0):
        """Sends all of `data`, which holds `requests` whole requests. Waits while the server does not read."""
        rest = memoryview(data)
        while rest:
            self.rude.pace.wait()
            try:
                sent = self.socket.send(rest[:65536])
            except TimeoutError:
                continue
            rest = rest[sent:]
            self.rude.counts["bytes"] += sent
        self.rude.counts["requests"] += requests

    def answer(self, patience=PATIENCE):
        """Reads and counts one answer. Returns its status, None if the server closed the connection or sent nothing."""
        until = time.monotonic() + patience
        while (length := self.answer_length()) is None:
            self.rude.pace.wait()
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                if time.monotonic() < until:
                    continue
                self.rude.answers["silent"] += 1
                return None
            except ConnectionError:
                data = b""
            if not data:
                self.rude.answers["closed"] += 1
                return None
            self.unread += data
        status = self.unread[9:12].decode("latin1")
        self.unread = self.unread[length:]
        self.rude.answers[status] += 1
        return status

    def answer_length(self):
        """Returns the length of the first whole answer that was received, or None."""
        end = self.unread.find(b"\r\n\r\n") + 4
        if end < 4:
            return None
        length = end
        for field in self.unread[:end].lower().split(b"\r\n"):
            if field.startswith(b"content-length:"):
                length += int(field.split(b":")[1])
        return length if len(self.unread) >= length else None


# The kinds


@kind
def polite(rude):
    """Calls over one connection, and reads each answer before the next call."""
    line = rude.connect()
    while True:
        line.send(small_call(rude.token), requests=1)
        line.answer()
        rude.pace.sleep(0.02)


@kind
def pipeline_unread(rude):
    """Pipelines 20,000 small calls and reads no answer."""
    line = rude.connect(receive_buffer=4096)
    hundred = small_call(rude.token) * 100
    for _ in range(200):
        line.send(hundred, requests=100)
    rude.hold()


@kind
def pipeline_big_unread(rude):
    """Pipelines calls with answers of about 30 kB and reads none."""
    line = rude.connect(receive_buffer=4096)
    call = big_call(rude.token)
    for _ in range(20_000):
        line.send(call, requests=1)
    rude.hold()


@kind
def one_byte_chunks(rude):
    """Sends a valid call of up to 1 MiB in chunks of one byte."""
    body = b'{"openid":"%s"}' % FOLLOWERS[0].encode()
    blanks = rude.random.randint(MIB // 8, MIB - len(body))
    line = rude.connect()
    line.send(head("/cgi-bin/tags/getidlist?access_token=" + rude.token))
    text = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    line.send(b"1\r\n \r\n" * blanks + text + b"0\r\n\r\n", requests=1)
    line.answer(patience=20)


@kind
def long_chunk_extensions(rude):
    """Sends chunks of one byte with long extensions, or one extension that never ends."""
    line = rude.connect()
    line.send(head("/cgi-bin/tags/getidlist?access_token=" + rude.token))
    extension = b";" + b"x" * rude.random.choice([100, 10_000, 60_000])
    try:
        if rude.random.random() < 0.5:
            while True:
                line.send(b"1" + extension + b"\r\n \r\n")
        line.send(b"1")
        while True:
            line.send(extension)
    except ConnectionError:
        line.answer()


@kind
def endless_trailers(rude):
    """Sends trailers after the last chunk, and never ends them."""
    line = rude.connect()
    line.send(head("/cgi-bin/tags/getidlist?access_token=" + rude.token) + b"2\r\n{}\r\n0\r\n")
    trailer = b"X-Trailer: " + b"x" * rude.random.choice([1, 100, 10_000]) + b"\r\n"
    try:
        while True:
            line.send(trailer * (1 + 4096 // len(trailer)))
    except ConnectionError:
        line.answer()


@kind
def blank_lines(rude):
    """Sends blank lines before a request that never comes."""
    line = rude.connect(rude.random.choice([rude.http, rude.admin]))
    blank = rude.random.choice([b"\r\n", b"\n"]) * rude.random.choice([1000, 30_000])
    try:
        while True:
            line.send(blank)
    except ConnectionError:
        line.answer()


@kind
def unfinished_bodies(rude):
    """Sends all but one byte of 1 MiB without a token, to stable_token."""
    line = rude.connect()
    line.send(head("/cgi-bin/stable_token", MIB) + b" " * (MIB - 1))
    rude.hold()


@kind
def crowd_of_bodies(rude):
    """Sends all but one byte of 1 MiB without a token on each of 50 connections, to a wrong path or to stable_token."""
    body = b" " * (MIB - 1)
    for number in range(50):
        path = "/cgi-bin/nowhere" if number % 2 else "/cgi-bin/stable_token"
        try:
            line = rude.connect()
            line.send(head(path, MIB) + body)
        except ConnectionError:
            rude.answers["closed"] += 1
    rude.hold()


@kind
def idle(rude):
    """Opens 100 connections and sends nothing, or half a head."""
    for number, line in enumerate(rude.crowd(100)):
        if number % 2:
            line.send(small_call(rude.token)[:60])
    rude.hold()


@kind
def declared_too_long(rude):
    """Declares a body of 10 GB and sends it until the server closes."""
    address, path = rude.random.choice([(rude.http, "/cgi-bin/tags/getidlist"), (rude.admin, "/accounts")])
    line = rude.connect(address)
    line.send(head(path + "?access_token=" + rude.token, 10_000_000_000, *admin_fields()))
    # If an answer comes at once, the client reads it. If not, the client sends the body.
    line.answer(patience=0.2)
    while True:
        line.send(b" " * 65536)


@kind
def upgrade(rude):
    """Asks for h2c or websocket in each of six calls on one connection, or for a tunnel."""
    protocol = rude.random.choice(["h2c", "websocket", "CONNECT"])
    line = rude.connect()
    if protocol == "CONNECT":
        line.send(b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n", requests=1)
        line.answer()
        return
    fields = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: %s\r\nHTTP2-Settings: AAMAAABk\r\nHost:" % protocol
    call = small_call(rude.token).replace(b"Host:", fields.encode())
    for _ in range(6):
        line.send(call, requests=1)
        if not line.answer():
            return


@kind
def two_hosts(rude):
    """Sends a call with two Host fields."""
    line = rude.connect(rude.random.choice([rude.http, rude.admin]))
    line.send(small_call(rude.token).replace(b"Host:", b"Host: example.com\r\nHost:"), requests=1)
    line.answer()


@kind
def slow_body(rude):
    """Sends one byte of a body a second, over ten connections."""
    lines = rude.crowd(10)
    for line in lines:
        line.send(head("/cgi-bin/tags/getidlist?access_token=" + rude.token, 1000))
    while True:
        for line in lines:
            line.send(b" ")
        rude.pace.sleep(1)


@kind
def slow_head(rude):
    """Sends one byte of a head a second, over ten connections."""
    lines = rude.crowd(10)
    call = small_call(rude.token)
    for number in range(len(call)):
        for line in lines:
            line.send(call[number : number + 1])
        rude.pace.sleep(1)


@kind
def trickle_admin(rude):
    """Sends ten bytes every 100 ms of a body to the admin plane: of an object, of openids, or of a state."""
    path = rude.random.choice(["/sandbox/clock", "/accounts", "/accounts/%s/followers" % APP, "/state"])
    line = rude.connect(rude.admin)
    line.send(head(path, 1_000_000, *admin_fields()))
    while True:
        line.send(b" " * 10)
        rude.pace.sleep(0.1)


@kind
def unfinished_imports(rude):
    """Sends 32 MiB of a state, or of followers for an unknown account, to the admin plane, and never the end."""
    path = rude.random.choice(["/state", "/state", "/accounts/wxnone/followers"])
    line = rude.connect(rude.admin)
    line.send(head(path, 1_000_000_000, *admin_fields()))
    try:
        if path == "/state":
            line.send(b'{"tagline_state":1}\n' + STATE_OF_ONE)
        for start in range(0, 32 * MIB // 65_000):
            numbers = range(start * 1000, start * 1000 + 1000)
            line.send(b"".join(b'{"openid":"oRude1Follower%014d","since":1795351484}\n' % number for number in numbers))
    except ConnectionError:
        line.answer()
    rude.hold()


@kind
def pipeline_admin(rude):
    """Pipelines requests to the admin plane over four connections, and reads no answer."""
    hundred = request("GET", "/accounts", b"", *admin_fields()) * 100
    lines = [rude.connect(rude.admin, receive_buffer=4096) for _ in range(4)]
    for _ in range(20):
        for line in lines:
            line.send(hundred, requests=100)
    rude.hold()


@kind
def wrong_tokens(rude):
    """Tries a token at the admin plane on each of 200 connections, and reads only the last answer."""
    for number in range(200):
        scheme = rude.random.choice(["Bearer", "bearer"])
        line = rude.connect(rude.admin)
        token = "%032x" % rude.random.getrandbits(128)
        line.send(request("GET", "/accounts", b"", "Authorization: %s %s" % (scheme, token)), requests=1)
        if number % 2 == 0:
            line.socket.close()
    line.answer(patience=5)


@kind
def garbage(rude):
    """Sends random bytes, or a TLS hello, to the plain ports."""
    line = rude.connect(rude.random.choice([rude.http, rude.admin]))
    if rude.random.random() < 0.5:
        line.send(tls_hello(), requests=1)
    else:
        line.send(rude.random.randbytes(rude.random.choice([1, 100, 100_000])) + b"\r\n\r\n", requests=1)
    line.answer()


def tls_hello():
    """Returns the first bytes that a TLS client sends."""
    context, hello = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.MemoryBIO()
    try:
        context.wrap_bio(ssl.MemoryBIO(), hello, server_hostname="localhost").do_handshake()
    except ssl.SSLWantReadError:
        return hello.read()


@kind
def half_close(rude):
    """Closes the sending side in the middle of a call, after up to five whole calls, and continues to read."""
    call = small_call(rude.token)
    line = rude.connect()
    line.send(call * rude.random.randint(0, 5) + call[: rude.random.randint(1, len(call))], requests=1)
    line.socket.shutdown(socket.SHUT_WR)
    while line.answer():
        pass


@kind
def reset(rude):
    """Resets the connection in the middle of a call, after up to three whole calls."""
    call = rude.random.choice([small_call, big_call])(rude.token)
    line = rude.connect()
    line.send(call * rude.random.randint(0, 3) + call[: rude.random.randint(1, len(call))], requests=1)
    line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


# How a kind is run


def work(name, rude):
    """Calls the kind `name` again and again until the end."""
    try:
        while True:
            try:
                KINDS[name](rude)
            except TimeoutError:
                rude.answers["no connection"] += 1
            except OSError:
                rude.answers["closed"] += 1
            rude.close()
            # A hundred times a second at most, so that the machine does not run out of ports.
            rude.pace.sleep(0.01)
    except Over:
        rude.close()


def run_kind(name, world, options, seconds, results):
    """Runs `options.each` workers for `seconds`, in a separate process. Puts their counts into `results`."""
    # If there are too few cores, the server and the honest client have priority. With a high nice value alone, Linux
    # lets this process run to the end of its time slice of about 3 ms while the others wait.
    os.nice(10)
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    start = time.monotonic()
    pace = Pace(start + seconds)
    workers = [Rude(world, pace, "%d %s %d" % (options.seed, name, number)) for number in range(options.each)]
    threads = [threading.Thread(target=work, args=(name, rude)) for rude in workers]
    for thread in threads:
        thread.start()
    peak = 0
    while any(thread.is_alive() for thread in threads):
        peak = max(peak, resident_mb(options.pid))
        time.sleep(0.02)
    counts = sum((rude.counts for rude in workers), collections.Counter())
    answers = sum((rude.answers for rude in workers), collections.Counter())
    results.put((peak, time.process_time() / (time.monotonic() - start), counts, answers))


def resident_mb(pid):
    """Returns the resident memory of the process `pid` in MB, 0 if it is gone."""
    try:
        with open("/proc/%d/statm" % pid) as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6
    except (OSError, IndexError):
        return 0


# The honest client


class Honest:
    """Tags 50 followers in each call, over one connection, and records the time of each call."""

    def __init__(self, world, pause, patience):
        self.address, self.pause, self.patience = world["http"], pause, patience
        self.path = "/cgi-bin/tags/members/batchtagging?access_token=" + world["token"]
        self.body = json.dumps({"openid_list": FOLLOWERS[:50], "tagid": 134}).encode()

    def call_for(self, seconds):
        """Calls for `seconds` and returns the sorted times in ms, and what went wrong."""
        times, failures = [], []
        connection = http.client.HTTPConnection(*self.address, timeout=self.patience)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            start = time.perf_counter()
            try:
                connection.request("POST", self.path, self.body)
                answer = connection.getresponse().read()
                if json.loads(answer) != {"errcode": 0, "errmsg": "ok"}:
                    failures.append(answer.decode())
            except (OSError, ValueError, http.client.HTTPException) as error:
                failures.append(repr(error))
                connection.close()
            times.append((time.perf_counter() - start) * 1000)
            time.sleep(self.pause)
        connection.close()
        return sorted(times), failures


def percentile(times, share):
    return times[min(len(times) - 1, int(len(times) * share))]


def fetch(url, body=None):
    with urllib.request.urlopen(url, body, timeout=5) as answer:
        return json.load(answer)


def address(url):
    """Returns the host and the port of `url`."""
    parts = urllib.parse.urlsplit(url)
    return parts.hostname, parts.port


def is_ready(admin, patience):
    """Returns whether the admin plane reports within `patience` seconds, but at least 5, that the server is ready."""
    try:
        with urllib.request.urlopen(admin + "/readyz", timeout=max(5, patience)) as answer:
            return answer.status == 200
    except (OSError, http.client.HTTPException):
        return False


# The run


Outcome = collections.namedtuple("Outcome", "times failures before peak core counts answers after")


def measure(name, world, options, seconds, honest, quick):
    """Runs the kind `name` beside the honest client, then waits until the honest client is quick again."""
    before = resident_mb(options.pid)
    results = multiprocessing.SimpleQueue()
    process = multiprocessing.Process(target=run_kind, args=(name, world, options, seconds, results), daemon=True)
    process.start()
    # The honest client connects when most rude connections are open.
    start = min(0.3, seconds / 5)
    time.sleep(start)
    times, failures = honest.call_for(seconds - start)
    peak, core, counts, answers = results.get()
    process.join()
    after = recover(honest, quick) if resident_mb(options.pid) else None
    return Outcome(times, failures, before, peak, core, counts, answers, after)


def recover(honest, quick):
    """Calls until all calls within 0.25 s take at most `quick` ms. Returns the seconds until then; None after
    `RECOVERY`.
    """
    start = time.monotonic()
    while time.monotonic() - start < RECOVERY:
        waited = time.monotonic() - start
        times, failures = honest.call_for(0.25)
        if not failures and times[-1] <= quick:
            return waited
    return None


def broken_times(p99, ratio, options):
    """Returns a sentence for each bound of the honest client's times that was broken."""
    if p99 > options.p99_ms:
        yield "p99 %.1f ms is above %g ms" % (p99, options.p99_ms)
    if ratio > options.ratio:
        yield "p99 is %.1f times the p99 alone, above %g" % (ratio, options.ratio)


def measure_again(name, world, options, seconds, honest):
    """Measures the honest client alone and beside the kind `name`, `REPEATS` times in turns.

    Returns the sentences for the bounds of time that the medians break, and for the other bounds that any turn breaks.
    Where the honest client alone breaks the bound on the p99, only the ratio says what the rude clients do.
    """
    p99s, ratios, broken, alone99s = [], [], [], []
    for _ in range(REPEATS):
        alone99 = percentile(honest.call_for(2 * seconds)[0], 0.99)
        alone99s.append(alone99)
        outcome = measure(name, world, options, seconds, honest, options.ratio * alone99)
        report(name, outcome, alone99)
        p99s.append(percentile(outcome.times, 0.99))
        ratios.append(p99s[-1] / alone99)
        broken += broken_bounds(outcome, options)
    p99, ratio = statistics.median(p99s), statistics.median(ratios)
    if statistics.median(alone99s) > options.p99_ms:
        print("    busy machine: p99 alone %.1f ms, so only the ratio counts" % statistics.median(alone99s), flush=True)
        p99 = 0
    return list(broken_times(p99, ratio, options)) + broken


def broken_bounds(outcome, options):
    """Returns a sentence for each other bound that was broken."""
    if outcome.failures:
        yield "%d honest calls failed, first %s" % (len(outcome.failures), outcome.failures[0])
    # Memory that an earlier kind left in use does not count against this kind.
    if outcome.peak > max(options.rss_mb, outcome.before + 1):
        yield "%.0f MB resident are above %g MB" % (outcome.peak, options.rss_mb)
    if outcome.after is None:
        yield "the server was not as quick as before within %g s" % RECOVERY
    if not is_ready(options.admin, options.patience):
        yield "the admin plane is not ready"


def report(name, outcome, alone99):
    """Prints the line of a kind."""
    p50, p99 = percentile(outcome.times, 0.5), percentile(outcome.times, 0.99)
    print("%-22s%8.2f%9.2f%7.2f%12s%6.2f%7d%8d%8.1f%7s  %s" % (
        name, p50, p99, p99 / alone99, "%.0f→%.0f" % (outcome.before, outcome.peak), outcome.core,
        outcome.counts["connections"], outcome.counts["requests"], outcome.counts["bytes"] / 1e6,
        "-" if outcome.after is None else "%.1f" % outcome.after,
        " ".join("%s×%d" % answer for answer in outcome.answers.most_common())), flush=True)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--http", required=True, help="base URL of the API")
    parser.add_argument("--admin", required=True, help="base URL of the admin plane")
    parser.add_argument("--pid", required=True, type=int, help="process id of the server")
    parser.add_argument("--seconds", type=float, default=60, help="time for all kinds, without the waits between (60)")
    parser.add_argument("--each", type=int, default=8, help="rude workers of a kind at once (8)")
    parser.add_argument("--only", choices=KINDS, metavar="KIND", help="run one kind: " + ", ".join(KINDS))
    parser.add_argument("--seed", type=int, default=1, help="seed of what is random (1)")
    parser.add_argument("--p99-ms", type=float, default=20, help="highest p99 of the honest client (20)")
    parser.add_argument("--patience", type=float, default=2, help="seconds that an honest call may take (2)")
    parser.add_argument("--ratio", type=float, default=2, help="highest p99 beside rude clients, divided by the p99 alone (2)")
    parser.add_argument("--rss-mb", type=float, default=150, help="highest resident memory of the server (150)")
    return parser.parse_args()


def main():
    options = parse_options()
    credentials = {"grant_type": "client_credential", "appid": APP, "secret": SECRET}
    world = {
        "token": fetch(options.http + "/cgi-bin/stable_token", json.dumps(credentials).encode())["access_token"],
        "http": address(options.http),
        "admin": address(options.admin),
    }
    names = [options.only] if options.only else list(KINDS)
    # The honest client alone gets two shares.
    seconds = options.seconds / (len(names) + 2)
    # An account may tag 100,000 times a day.
    honest = Honest(world, max(0.005, options.seconds / 50_000), options.patience)
    honest.call_for(0.5)
    alone, failures = honest.call_for(2 * seconds)
    if failures:
        sys.exit("rude: the honest client fails when it is alone: " + failures[0])
    alone50, alone99 = percentile(alone, 0.5), percentile(alone, 0.99)
    print("honest client alone: p50 %.2f ms, p99 %.2f ms" % (alone50, alone99))
    print("%-22s%8s%9s%7s%12s%6s%7s%8s%8s%7s  %s" % (
        "beside", "p50", "p99", "ratio", "RSS", "core", "conns", "reqs", "MB", "after", "answers"))

    all_well = True
    for name in names:
        outcome = measure(name, world, options, seconds, honest, options.ratio * alone99)
        report(name, outcome, alone99)
        p99 = percentile(outcome.times, 0.99)
        slow = [] if name == CONTROL else list(broken_times(p99, p99 / alone99, options))
        broken = [] if name == CONTROL else list(broken_bounds(outcome, options))
        if slow and not broken:
            print("    slow (%s); %d times more, in turns with the honest client alone" % (", ".join(slow), REPEATS))
            slow, broken = [], measure_again(name, world, options, seconds, honest)
        if not resident_mb(options.pid):
            sys.exit("rude: the server is gone")
        for sentence in slow + broken:
            all_well = False
            print("    BROKEN: " + sentence, flush=True)
    sys.exit(0 if all_well else 1)


if __name__ == "__main__":
    main()
