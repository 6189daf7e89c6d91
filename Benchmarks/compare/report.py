"""Writes the measurements as the page docs/benchmarks.md."""
import datetime, json, os, platform, re, subprocess

from world import HERE, run, run_quietly

# For each goal, by its first words: the reason if the goal is not met. The figures in braces are from the same run.
BOUNDS = {
    "calls a second,": "A call takes {call:.0f} µs of processor time, load generator included. nginx's constant answer to the same bytes "
    "takes {constant:.0f} µs, for the load generator and the kernel's sockets alone. The other {rest:.0f} µs are for body, token, fifty "
    "followers and the commit. Both processors are busy.",
    "calls against nginx": "A call takes {call:.0f} µs of processor time, and the constant answer {constant:.0f} µs, load generator included. "
    "The difference is work of the server: it reads a body of 1.6 kB, hashes a token, and finds and changes fifty followers in fifty places "
    "of memory. A share of a commit and the hand-over between two threads belong to it too.",
    "calls against Redis": "The goal was set from an earlier script in Redis, which did 900 to 2,000 calls a second. Today's script looks up all openids of a call "
    "at once and does {redis:,.0f} calls a second. The load generator leaves Redis one processor, and Redis does no work for HTTP. Twelve times that rate would be {redis_share:.2f} of what nginx "
    "does with a constant answer.",
    "calls against PostgreSQL": "The goal was set from a function that did 750 to 1,060 calls a second; today's function does {postgres:,.0f}. Twenty "
    "times that rate would be {postgres_share:.2f} of what nginx does with a constant answer.",
    "calls of Tagline on PostgreSQL": "Nearly all of the database's time goes into finding followers by openid and writing new versions of their rows. The "
    "function must do the same work.",
    "calls of two nodes": "The database and both nodes share the same {processors} processors, and one node already keeps them busy. A second "
    "node adds a process and no processor.",
    "p99 at half": "Every 4 MB, SQLite copies its log into its file, and the group of calls that comes at that moment waits.",
    "p99 over one connection": "Half of the calls take at most {one:.2f} ms, and the disk takes {sync:.2f} ms of that. The rest is a transaction and four "
    "hand-overs: from wrk to the event loop, to the writer, back, and back to wrk. Each hand-over wakes a sleeping processor. The constant answer of nginx has "
    "two hand-overs and no disk. It takes {nginx_one:.2f} ms, and {nginx_p99:.2f} ms in the slowest hundredth. Of the slowest hundredth of the calls, "
    "one in three waits until SQLite has copied its log into the file. The others waited a millisecond or two in some system call, which happens on this "
    "machine now and then.",
    "HTTPS against HTTP": "The difference is encryption and decryption, and nothing else.",
    "idle sandbox": "Its own memory is {own:.1f} MB. The rest is memory-mapped file pages, nearly all of them from the program file. For each page that the program "
    "uses, the kernel maps sixteen. The kernel can release them at any time. When we looked, 25 MB of the program's 34 MB of code were mapped. If the program loads Swift's runtime from a shared library, the total of resident memory is the same.",
    "from exec": "For a third of this time, Swift looks up which types conform to which protocols, each when it is first needed. In the "
    "rest, the program is loaded and makes two SQLite files. The certificate is made in the background.",
    "start with many": "The server reads and checks half a gigabyte on all processors. It replays the journal, a little more than 64 MB, on "
    "one processor.",
    "memory": "An openid takes 24 bytes, its tags 16, time and flags 8. The index by openid has room for up to twice as many followers as "
    "there are.",
    "page of": "Nearly all of the time goes into writing, sending and receiving the page's 310 kB.",
    "p99 while followers": "While followers are saved, every transaction carries another 64 kB of them. SQLite writes these first to its log and "
    "then to its file. The calls wait for the same disk.",
    "calls a second with": "Ten thousand followers fit into a processor's cache. With ten million, the index and the records take half a "
    "gigabyte. For each of the fifty followers, the store reads two random places in this memory: in the index by openid, and at the follower's record. At both places, the processor needs as much time to translate "
    "the address as to read the memory.",
}


class Report:
    def __init__(self, binary, rounds, seconds):
        self.goals, self.tables, self.figures = [], [], {}
        cpu = re.search(r"Model name:\s*(.*)", run("lscpu")).group(1)
        memory = int(re.search(r"MemTotal:\s*(\d+)", open("/proc/meminfo").read()).group(1)) / 2**20
        system = re.search(r'PRETTY_NAME="(.*)"', open("/etc/os-release").read()).group(1)
        self.machine = f"{os.cpu_count()} processors ({cpu}), {memory:.0f} GB of memory, {system}, Linux {platform.release().split('-')[0]}"
        self.versions = ", ".join([
            f"Tagline {run(binary, '--version').strip()}",
            re.search(r"Swift version [\d.]+", run("swift", "--version")).group(0),
            "Redis " + re.search(r"v=([\d.]+)", run("redis-server", "--version")).group(1),
            "PostgreSQL " + re.search(r"([\d.]+)", run("pgbench", "--version")).group(1),
            "nginx " + re.search(r"nginx/([\d.]+)", subprocess.run(["nginx", "-v"], capture_output=True, text=True).stderr).group(1),
            "wrk " + re.search(r"wrk (?:debian/)?([\d.]+)", run_quietly("wrk", "-v") or "wrk 0").group(1),
        ])
        self.how = f"The figures are medians of {rounds} rounds, in which the systems take turns. In each round, calls run for {seconds} s and reads for 2 s. The times of a start are medians of nine starts of a sandbox, and of five starts with many followers"

    def goal(self, what, figure, limit, at_least, form):
        """Adds a row: a figure, and whether it is at least the limit, or at most the limit."""
        met = figure >= limit if at_least else figure <= limit
        self.goals.append((what, form(figure), ("≥ " if at_least else "≤ ") + form(limit), met))

    def calls(self, r):
        with open(os.path.join(HERE, "..", "thresholds.json")) as file:
            allocations = json.load(file)["call over HTTP"]["allocations"]
        self.goals.append(
            ("heap allocations of a call that shares its transaction with no other", f"{allocations:.0f}", "counted by `make bench-check`; "
             "[each explained](decisions/counts-not-times.md)", None))
        times = lambda value: f"{value:.2g} ×" if value < 10 else f"{value:.0f} ×"
        per_second = lambda value: f"{value:,.0f}/s"
        ms = lambda value: f"{value * 1e3:.2f} ms"
        best = max(r["http 64"]["rate"], r["http 256"]["rate"])
        nginx = max(r["nginx 64"]["rate"], r["nginx 256"]["rate"])
        redis = max(r["redis 64"]["rate"], r["redis 256"]["rate"])
        postgres = max(r["postgres 8"]["rate"], r["postgres 64"]["rate"])
        self.nginx_one = r["nginx 1"]["rate"]
        rows = [
            ("nginx, a constant answer, 1 connection", "nginx 1"), ("nginx, 64", "nginx 64"), ("nginx, 256", "nginx 256"),
            ("**Tagline**, HTTP, 1 connection", "http 1"), ("**Tagline**, HTTP, 8", "http 8"), ("**Tagline**, HTTP, 64", "http 64"),
            ("**Tagline**, HTTP, 256", "http 256"), ("**Tagline**, HTTPS, 64", "https 64"),
            ("Redis, Lua script, fsync always, 64 connections, no HTTP", "redis 64"), ("Redis, 256", "redis 256"),
            ("PostgreSQL, function, 8 connections, no HTTP", "postgres 8"), ("PostgreSQL, 64", "postgres 64"),
            ("**Tagline** on PostgreSQL, HTTP, 64", "on postgres 1 64"), ("**Tagline** on PostgreSQL, HTTP, 256", "on postgres 1 256"),
            ("two nodes of **Tagline** on PostgreSQL, HTTP, 256", "on postgres 2 256"),
            ("the disk: 4 kB and fdatasync, one after another", "disk"),
        ]
        table = ["| | a second | of nginx | p50 | p99 |", "|---|---:|---:|---:|---:|"]
        for name, key in rows:
            row = r[key]
            table.append(
                f"| {name} | {row['rate']:,.0f} | {row['rate'] / nginx:.2f} | {ms(row['p50']) if 'p50' in row else ''} | "
                + f"{ms(row['p99']) if 'p99' in row else ''} |")
        self.figures |= {
            "call": os.cpu_count() / best * 1e6, "constant": os.cpu_count() / nginx * 1e6,
            "rest": os.cpu_count() * (1 / best - 1 / nginx) * 1e6, "redis": redis, "postgres": postgres, "processors": os.cpu_count(),
            "redis_share": 12 * redis / nginx, "postgres_share": 20 * postgres / nginx,
            "one": r["http 1"]["p50"] * 1e3, "sync": r["disk"]["p50"] * 1e3,
            "nginx_one": r["nginx 1"]["p50"] * 1e3, "nginx_p99": r["nginx 1"]["p99"] * 1e3}
        half = r["half"]
        table.append(f"| **Tagline**, HTTP, 64, at {half['rate'] / best:.2f} of its highest rate | {half['rate']:,.0f} | "
                     f"{half['rate'] / nginx:.2f} | {ms(half['p50'])} | {ms(half['p99'])} |")
        self.tables.append(("Calls: fifty followers each, durable before the answer", table))
        self.goal("calls a second, 64 to 256 connections", best, 25_000, True, per_second)
        self.goal("calls against nginx's constant answer", best / nginx, 1 / 3, True, times)
        self.goal("calls against Redis", best / redis, 12, True, times)
        self.goal("calls against PostgreSQL", best / postgres, 20, True, times)
        on_postgres = max(r["on postgres 1 64"]["rate"], r["on postgres 1 256"]["rate"])
        self.goal("calls of Tagline on PostgreSQL against PostgreSQL's function", on_postgres / postgres, 2, True, times)
        self.goal("calls of two nodes on one database against one node", r["on postgres 2 256"]["rate"] / on_postgres, 1, True, lambda value: f"{value:.2f} ×")
        self.goal("p99 at half the highest rate", half["p99"], 0.010, False, ms)
        self.goal("p99 over one connection against the disk's p99", r["http 1"]["p99"] / r["disk"]["p99"], 3, False, times)
        self.goal("HTTPS against HTTP, kept alive", r["https 64"]["rate"] / r["http 64"]["rate"], 0.7, True, times)

    def watched(self, r):
        table = ["| | a second | of the first | p99 |", "|---|---:|---:|---:|"]
        for name, key in (("journal off", "off"), ("journal on, metadata", "on"), ("journal on, 50 browsers on the page of calls", "browsers")):
            table.append(f"| {name} | {r[key]['rate']:,.0f} | {r[key]['rate'] / r['off']['rate']:.3f} | {r[key]['p99'] * 1e3:.2f} ms |")
        self.tables.append(("The journal: 64 connections", table))
        share = lambda value: f"{value:.2f} ×"
        self.goal("calls with the journal against calls without", r["on"]["rate"] / r["off"]["rate"], 0.97, True, share)
        self.goal("calls beside 50 browsers against calls without", r["browsers"]["rate"] / r["on"]["rate"], 0.97, True, share)

    def reads(self, r):
        table = ["| | a second | of nginx, 1 connection | p50 | p99 |", "|---|---:|---:|---:|---:|"]
        for name, key in (("`user/tag/get`, 10,000 openids of a tag that every follower carries", "page"), ("`tags/getidlist`", "getidlist"), ("`tags/get`, 101 tags", "tags")):
            table.append(f"| {name} | {r[key]['rate']:,.0f} | {r[key]['rate'] / self.nginx_one:.2f} | {r[key]['p50'] * 1e3:.2f} ms | {r[key]['p99'] * 1e3:.2f} ms |")
        self.tables.append(("Reads over one connection", table))
        self.goal("page of 10,000 openids of a tag that every follower carries", r["page"]["p50"], 0.003, False, lambda value: f"{value * 1e3:.2f} ms")

    def sandbox(self, start, memory):
        self.goal("from exec to the first answer, sandbox", start, 0.1, False, lambda value: f"{value:.3f} s")
        self.figures["own"] = memory["Anonymous"]
        self.goal("idle sandbox, resident", memory["Rss"], 30, False, lambda value: f"{value:.0f} MB")
        self.tables.append((
            "An idle sandbox",
            ["| resident | its own memory | pages of the program |", "|---:|---:|---:|",
             f"| {memory['Rss']:.1f} MB | {memory['Anonymous']:.1f} MB | {memory['Rss'] - memory['Anonymous']:.1f} MB |"]))

    def scale(self, followers, empty, memory, start, pages, rates, checkpoint):
        ms = lambda value: f"{value * 1e3:.2f} ms"
        many = f"{followers / 1e6:g} million"
        self.goal(f"memory a follower at {many}, index by openid included", (memory - empty) / followers, 64, False, lambda value: f"{value:.1f} bytes")
        self.goal(f"start with many followers: {many}, with {followers * 5 / 1e6:g} million taggings", start, 2, False, lambda value: f"{value:.2f} s")
        self.goal(f"page of a tag with 100 members among {many}", pages["rare"]["p50"], 0.003, False, ms)
        self.goal(f"page of 10,000 openids of a tag that {many} followers carry", pages["page"]["p50"], 0.003, False, ms)
        if checkpoint:
            self.goal("p99 while followers are saved, against p99 at other times", checkpoint["cut"] / checkpoint["quiet"], 2, False, lambda value: f"{value:.2f} ×")
        else:
            self.goals.append(("p99 while followers are saved, against p99 at other times", "not measured", "≤ 2.00 ×", None))
        self.goal(f"calls a second with {many} followers, against 10 thousand", rates["many"]["rate"] / rates["few"]["rate"], 0.75, True, lambda value: f"{value:.2f} ×")
        table = ["| | a second | of the first | p99 |", "|---|---:|---:|---:|"]
        for name, key in (("10 thousand", "few"), (many, "many")):
            table.append(
                f"| {name} followers, 32 connections | {rates[key]['rate']:,.0f} | {rates[key]['rate'] / rates['few']['rate']:.2f} | {ms(rates[key]['p99'])} |")
        if checkpoint:
            for name, key, count in (
                ("in which no followers were saved", "quiet", checkpoint["windows"][0]), ("in which followers were saved for half of the time or more", "cut", checkpoint["windows"][1])):
                table.append(f"| {many} followers, 64 connections, {count} windows of 1 s {name} | | | {ms(checkpoint[key])} |")
        table += ["", "Ten thousand followers soon have all the tags that the load generator gives. From then on, a call only writes its journal record. "
                  "That makes the figures for ten thousand followers better."]
        if checkpoint:
            table += ["", "In the rows with windows, the p99 is the median of the windows. The 64 connections call only during the windows. 8 more connections call "
                      "all the time, so that the store also saves followers during the windows. Their calls are not in the figures."]
        self.tables.append(("Size", table))

    def text(self):
        lines = [
            "# Benchmarks", "",
            f"Written by `make bench` on {datetime.date.today()}. {self.how}. {self.machine}. {self.versions}.", "",
            "Everything was measured in one run on one machine, on which the load generators ran too. On another machine, or at another hour, the "
            "times are different; the ratios stay about the same. `Benchmarks/compare` has the programs that measure. All systems hold the same followers, check the same rules, and "
            "write a call to disk before they answer it. Redis and PostgreSQL get their load from their own tools, without HTTP in front. Tagline gets its "
            "load from wrk, and checks a token in each call. Each system gets the number of connections that suits it best. Redis's tool draws openids at random; the others "
            "go through them in order. When Tagline keeps its data in PostgreSQL, the database runs on the same machine and with the same settings as when PostgreSQL is measured alone.", "",
            "## Goals", "", "| | measured | goal | |", "|---|---:|---:|---|"]
        notes = []
        for what, figure, limit, met in self.goals:
            mark = "met" if met else ""
            if met is False:
                notes.append(next((text for start, text in BOUNDS.items() if what.startswith(start)), "").format(**self.figures))
                mark = f"**not met** ({len(notes)})"
            lines.append(f"| {what} | {figure} | {limit} | {mark} |")
        lines += [""] + [f"{number}. {note}" for number, note in enumerate(notes, 1)]
        for title, table in self.tables:
            lines += ["", f"## {title}", ""] + table
        return "\n".join(lines) + "\n"
