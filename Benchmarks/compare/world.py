"""The followers with which all systems are measured, and functions that all measurements need."""
import json, os, random, shutil, socket, statistics, subprocess, tempfile, time, urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
APP, TAGS, LIST = "wx5ad0c4e6b81f2793", 100, 50
SCRATCH = tempfile.mkdtemp(prefix="tagline-bench-", dir=os.environ.get("TMPDIR", "/var/tmp"))


def path(*names):
    return os.path.join(SCRATCH, *names)


def openid(number):
    return f"oBenchTagline_00{number:012d}"


def write_followers(count):
    """Writes a file with an openid a line, and a file with a list of fifty openids a line, in a random order."""
    followers, lists = path(f"followers-{count}"), path(f"lists-{count}")
    if not os.path.exists(lists):
        numbers = list(range(count))
        with open(followers, "w") as file:
            file.writelines(openid(number) + "\n" for number in numbers)
        random.Random(7).shuffle(numbers)
        with open(lists, "w") as file:
            for start in range(0, count, LIST):
                file.write(",".join(f'"{openid(number)}"' for number in numbers[start : start + LIST]) + "\n")
    return followers, lists


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, seconds=30):
    """Waits until `what()` is true, and returns the value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if value := what():
                return value
        except OSError:
            pass
        time.sleep(0.002)
    raise SystemExit(f"bench: no result after {seconds} s: {what}")


def fetch(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=120) as answer:
        return answer.read().decode()


def run(*command, **options):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if result.returncode:
        raise SystemExit(f"bench: {command[0]} ended with {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


def run_quietly(*command):
    """Returns what the command prints, whatever its exit code is."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True).stdout


def median(values):
    return statistics.median(values)


def wrk_command(url, script, connections, seconds, *arguments):
    return (
        "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", os.path.join(HERE, script), url, "--",
        *arguments)


def wrk(url, script, connections, seconds, *arguments):
    """Runs wrk with one thread. Returns the numbers that the script prints."""
    out = run(*wrk_command(url, script, connections, seconds, *arguments))
    result = json.loads(out.strip().splitlines()[-1])
    if result["failures"]:
        raise SystemExit(f"bench: {result['failures']} of {result['calls']} requests to {url} failed")
    result["rate"] = result["calls"] / result["seconds"]
    return result


def clean_up():
    shutil.rmtree(SCRATCH, ignore_errors=True)
