"""The systems that are measured. Each starts with the same followers and gets the same calls."""
import copy, glob, html, json, os, re, shutil, signal, subprocess, threading, time, urllib.request
from concurrent.futures import ThreadPoolExecutor

from world import APP, HERE, LIST, TAGS, fetch, free_port, openid, path, run, run_quietly, wait_for, wrk, wrk_command, write_followers

CALL = "/cgi-bin/tags/members/batchtagging"


class Process:
    """A server that runs until it is stopped."""

    process = None
    running = set()

    def start(self, *command, **options):
        log = open(path("log"), "a")
        self.process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, **options)
        self.running.add(self)

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)
            self.process = None
            self.running.discard(self)


class Disk:
    """Measures how often a second the disk writes and syncs four kilobytes."""

    def measure(self, seconds):
        file = os.open(path("sync"), os.O_CREAT | os.O_WRONLY, 0o600)
        size = 64 << 20
        os.write(file, bytes(size))
        os.fsync(file)
        took, end = [], time.monotonic() + seconds
        while (start := time.monotonic()) < end:
            os.pwrite(file, b"x" * 4096, len(took) * 4096 % size)
            os.fdatasync(file)
            took.append(time.monotonic() - start)
        os.close(file)
        took.sort()
        return {"rate": len(took) / seconds, "p50": took[len(took) // 2], "p99": took[len(took) * 99 // 100]}


class Nginx(Process):
    """Answers the same calls with a constant, to measure how much HTTP this machine can serve."""

    def __init__(self):
        self.port = free_port()
        with open(path("nginx.conf"), "w") as file:
            file.write(
                f"""worker_processes {os.cpu_count()}; daemon off; pid {path('nginx.pid')}; error_log {path('log')};
                events {{ worker_connections 4096; }}
                http {{ access_log off; keepalive_requests 1000000000; client_body_buffer_size 16k;
                server {{ listen 127.0.0.1:{self.port}; location / {{ default_type "application/json; encoding=utf-8";
                return 200 '{{"errcode":0,"errmsg":"ok"}}'; }} }} }}""")

    def measure(self, lists, connections, seconds):
        self.start("nginx", "-c", path("nginx.conf"))
        wait_for(lambda: fetch(f"http://127.0.0.1:{self.port}/"))
        try:
            token = "x" * 110
            return wrk(f"http://127.0.0.1:{self.port}", "sweep.lua", connections, seconds, f"{CALL}?access_token={token}", lists)
        finally:
            self.stop()


class Tagline(Process):
    def __init__(self, binary, followers):
        self.binary, self.followers = binary, followers
        self.followers_file, self.lists = write_followers(followers)
        self.seed = path(f"seed-{followers}")
        self.data = path("data")
        self.secret = None

    def open(self, data=None, http_only=True, options=()):
        """Starts on a fresh copy of the seed, or on `data` itself. Returns the seconds from exec to the first
        answer.
        """
        if data is None:
            data = self.data
            shutil.rmtree(data, ignore_errors=True)
            shutil.copytree(self.seed, data)
            os.sync()
        tls = [] if http_only else ["--https-port", 0, "--tls-cert", path("cert.pem"), "--tls-key", path("key.pem")]
        return self.serve("--data", data, *tls, *options)

    def serve(self, *options):
        ready = path("ready")
        if os.path.exists(ready):
            os.remove(ready)
        start = time.monotonic()
        self.start(self.binary, "serve", "--http-port", 0, "--admin-port", 0, "--ready-file", ready, *options)
        self.addresses = wait_for(lambda: os.path.exists(ready) and json.loads(open(ready).read() or "null"), 120)
        fetch(self.addresses["http"] + "/")
        return time.monotonic() - start

    def prepare(self):
        """Makes the seed: the account, its tags and its followers."""
        os.makedirs(self.seed)
        self.open(data=self.seed)
        self.fill()
        self.stop()

    def fill(self):
        admin = ["--admin-url", self.addresses["admin"]]
        self.secret = json.loads(run(self.binary, "accounts", "create", APP, "--json", *admin))["secret"]
        for tag in range(TAGS):
            run(self.binary, "tags", "create", "--account", APP, f"tag {tag}", *admin)
        run(self.binary, "followers", "import", "--account", APP, self.followers_file, *admin)

    def token(self):
        url = f"{self.addresses['http']}/cgi-bin/token?grant_type=client_credential&appid={APP}&secret={self.secret}"
        return json.loads(fetch(url))["access_token"]

    def metrics(self):
        return fetch(self.addresses["admin"] + "/metrics")

    def figure(self, name):
        return float(re.search(rf"^{re.escape(name)} (\S+)$", self.metrics(), re.M).group(1))

    def memory(self):
        return self.figure("process_resident_memory_bytes")

    def call(self, connections, seconds, scheme="http", sweep=0, delay=0, stride=1, first=0, count=1 << 40):
        """Makes calls. Each call must be answered with 0."""
        result = wrk(
            self.addresses[scheme], "sweep.lua", connections, seconds, f"{CALL}?access_token={self.token()}", self.lists, sweep,
            delay, stride, first, count)
        answers = dict(re.findall(rf'^tagline_calls_total{{path="{CALL}",errcode="(-?\d+)"}} (\d+)$', self.metrics(), re.M))
        if set(answers) != {"0"} or int(answers["0"]) < result["calls"]:
            raise SystemExit(f"bench: {result['calls']} calls were answered {answers}")
        return result

    def call_meanwhile(self, connections, sweep, first, count):
        """Starts a process that makes calls until it is stopped. Returns the process."""
        load = Process()
        load.start(*wrk_command(
            self.addresses["http"], "sweep.lua", connections, 3600, f"{CALL}?access_token={self.token()}", self.lists, sweep, 0, 1,
            first, count))
        return load

    def ask(self, api, body=None):
        answer = json.loads(fetch(f"{self.addresses['http']}/cgi-bin/{api}?access_token={self.token()}", body))
        if answer.get("errcode"):
            raise SystemExit(f"bench: {api} was answered {answer}")
        return answer

    def tagged(self, tag):
        """Returns the number of followers who carry the tag."""
        return next(entry["count"] for entry in self.ask("tags/get")["tags"] if entry["id"] == tag)

    def read(self, api, bodies, seconds):
        """Reads over one connection."""
        with open(path("bodies"), "w") as file:
            file.writelines(body + "\n" for body in bodies)
        return wrk(self.addresses["http"], "requests.lua", 1, seconds, f"/cgi-bin/{api}?access_token={self.token()}", path("bodies"))

    def measure(self, connections, seconds, scheme="http", delay=0, options=(), browsers=0):
        """Starts a server, opens the page of calls in `browsers` browsers, and measures calls."""
        self.open(http_only=scheme == "http", options=options)
        watchers = [Browser(self.addresses["admin"]) for _ in range(browsers)]
        try:
            return self.call(connections, seconds, scheme, delay=delay)
        finally:
            for watcher in watchers:
                watcher.close()
            self.stop()


class Browser:
    """Shows the page of calls as a browser does: reads the stream of events, and loads the page again after an
    event `reload`.
    """

    def __init__(self, admin):
        self.admin, self.over = admin, threading.Event()
        self.opened = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()
        if not self.opened.wait(10):
            raise SystemExit("bench: the page of calls has no stream")

    def look(self):
        while not self.over.is_set():
            try:
                page = fetch(self.admin + "/console/calls")
            except OSError:
                return
            address = html.unescape(re.search(r'sse-connect="([^"]*)"', page).group(1))
            pause = 0
            try:
                with urllib.request.urlopen(self.admin + address, timeout=60) as stream:
                    self.opened.set()
                    while (line := stream.readline()) and not self.over.is_set():
                        if line.startswith(b"retry: "):
                            pause = int(line.split()[1]) / 1000
                        if line == b"event: reload\n":
                            pause = 0
                            break
            except OSError:
                return
            self.over.wait(pause)

    def close(self):
        self.over.set()


class Redis(Process):
    def __init__(self, followers):
        self.followers, self.port, self.data = followers, free_port(), path("redis")
        os.makedirs(self.data)
        self.open()
        seeds = "".join(
            f"SADD followers {' '.join(openid(n) for n in range(start, min(start + 1000, followers)))}\n"
            for start in range(0, followers, 1000))
        run("redis-cli", "-p", self.port, "--pipe", input=seeds + f"SADD tags {' '.join(str(100 + n) for n in range(TAGS))}\n")
        self.stop()
        shutil.copytree(self.data, path("redis-seed"))

    def open(self):
        self.start(
            "redis-server", "--port", self.port, "--bind", "127.0.0.1", "--dir", self.data, "--save", "", "--appendonly", "yes",
            "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0")
        wait_for(lambda: run_quietly("redis-cli", "-p", self.port, "ping").startswith("PONG"), 120)

    def measure(self, connections, calls):
        """Measures calls with redis-benchmark, which chooses fifty random openids for each call."""
        shutil.rmtree(self.data)
        shutil.copytree(path("redis-seed"), self.data)
        os.sync()
        self.open()
        try:
            sha = run("redis-cli", "-p", self.port, "-x", "script", "load", input=open(os.path.join(HERE, "rules.lua")).read()).strip()
            openids = ["oBenchTagline_00__rand_int__"] * LIST
            lines = run(
                "redis-benchmark", "-p", self.port, "-c", connections, "-n", calls, "-r", self.followers, "--csv", "evalsha", sha, 0,
                "__rand_int__", *openids)
            tagged = sum(int(run("redis-cli", "-p", self.port, "scard", f"t:{100 + n}")) for n in range(TAGS))
            # The fifty openids are drawn with repetition, so a few taggings exist already.
            if tagged < calls * LIST * 0.9:
                raise SystemExit(f"bench: Redis holds {tagged} taggings after {calls} calls")
            names, values = (next(line for line in lines.splitlines() if line.startswith(start)) for start in ('"test"', '"evalsha'))
            row = dict(zip(names.replace('"', "").split(","), re.findall(r'"([^"]*)"', values)[-len(names.split(",")) :]))
            return {"rate": float(row["rps"]), "p99": float(row["p99_latency_ms"]) / 1e3}
        finally:
            self.stop()


class PostgresServer(Process):
    """A PostgreSQL server with its own data directory."""

    def __init__(self, name):
        self.port, self.data = free_port(), path(name)
        self.bin = max(glob.glob("/usr/lib/postgresql/*/bin/"), key=lambda name: int(name.split("/")[4]))
        # PostgreSQL refuses to run as root.
        self.user = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
        os.makedirs(self.data)
        if self.user:
            os.chmod(path(), 0o755)
            shutil.chown(self.data, "postgres", "postgres")
        run(self.bin + "initdb", "-D", self.data, "-A", "trust", "-U", "bench", **self.user, cwd="/")
        self.open()

    def open(self):
        self.start(
            self.bin + "postgres", "-D", self.data, "-p", self.port, "-k", "", "-h", "127.0.0.1", "-c", "shared_buffers=1GB",
            "-c", "max_wal_size=8GB", "-c", "max_connections=100", **self.user, cwd="/")
        wait_for(lambda: run_quietly(self.bin + "pg_isready", "-h", "127.0.0.1", "-p", self.port).find("accepting") > 0, 120)

    def sql(self, text):
        return run("psql", "-h", "127.0.0.1", "-p", self.port, "-U", "bench", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-Atq", input=text)


class Postgres(PostgresServer):
    """The same rules as a function of the database, which pgbench calls directly."""

    def __init__(self, followers):
        super().__init__("postgres")
        self.followers = followers
        sql = open(os.path.join(HERE, "rules.sql")).read() + f"""
            INSERT INTO tag SELECT generate_series(100, {99 + TAGS});
            INSERT INTO follower SELECT n, 'oBenchTagline_00' || lpad(n::text, 12, '0') FROM generate_series(0, {followers - 1}) AS n;
            VACUUM ANALYZE;"""
        self.sql(sql)
        numbers = range(LIST)
        with open(path("calls.pgbench"), "w") as file:
            file.write(
                "\\set n :n + 1\n\\set base ((:n * :clients + :client_id) * 50) % :followers\n"
                + "\\set tag 100 + (:n + :client_id) % 100\n"
                + "".join(f"\\set a{i} permute(:base + {i}, :followers, 7)\n" for i in numbers)
                + "SELECT batch_tagging(:tag, ARRAY["
                + ", ".join(f"'oBenchTagline_00' || lpad((:a{i})::text, 12, '0')" for i in numbers) + "]);\n")
        self.stop()

    def measure(self, connections, seconds):
        """Measures calls with pgbench and prepared statements."""
        self.open()
        try:
            self.sql("TRUNCATE tagging; CHECKPOINT;")
            out = run(
                "pgbench", "-h", "127.0.0.1", "-p", self.port, "-U", "bench", "-n", "-M", "prepared", "-c", connections, "-j", 1,
                "-T", seconds, "-D", "n=0", "-D", f"clients={connections}", "-D", f"followers={self.followers}", "-f",
                path("calls.pgbench"), "postgres")
            calls = int(re.search(r"number of transactions actually processed: (\d+)", out).group(1))
            tagged = int(self.sql("SELECT count(*) FROM tagging"))
            if tagged < calls * LIST:
                raise SystemExit(f"bench: PostgreSQL holds {tagged} taggings after {calls} calls")
            return {"rate": float(re.search(r"tps = ([\d.]+)", out).group(1))}
        finally:
            self.stop()


class TaglineOnPostgres(Tagline):
    """Nodes of Tagline that keep their data in one PostgreSQL server. The server starts each time on a fresh copy
    of the seed.
    """

    def __init__(self, binary, followers):
        super().__init__(binary, followers)
        self.server = PostgresServer("tagline-postgres")
        self.seed = path("tagline-postgres-seed")
        self.store = f"postgres://bench@127.0.0.1:{self.server.port}/postgres"

    def open(self, nodes=1):
        # The nodes together run as many statements at once as there are processors.
        return self.serve("--store", self.store, "--database-writers", max(1, os.cpu_count() // nodes))

    def prepare(self):
        run(self.binary, "migrate", "--store", self.store)
        self.open()
        self.fill()
        self.stop()
        self.server.sql("VACUUM (ANALYZE)")
        self.server.stop()
        os.rename(self.server.data, self.seed)

    def measure(self, nodes, connections, seconds):
        """Measures calls. Each node gets its share of the connections and of the followers."""
        shutil.rmtree(self.server.data, ignore_errors=True)
        run("cp", "-a", self.seed, self.server.data)
        os.sync()
        self.server.open()
        every = [self] + [copy.copy(self) for _ in range(nodes - 1)]
        try:
            for node in every:
                node.open(nodes)
            share = self.followers // LIST // nodes

            def call(number):
                return every[number].call(connections // nodes, seconds, first=number * share, count=share)

            with ThreadPoolExecutor(nodes) as threads:
                results = list(threads.map(call, range(nodes)))
            tagged = sum(tag["count"] for tag in self.ask("tags/get")["tags"])
            made = sum(result["calls"] for result in results)
            if tagged < made * LIST:
                raise SystemExit(f"bench: {tagged} taggings after {made} calls")
            return {
                "rate": sum(result["rate"] for result in results), "p50": max(result["p50"] for result in results),
                "p99": max(result["p99"] for result in results)}
        finally:
            for node in every:
                node.stop()
            self.server.stop()
