"""Does each screen's main task in the console, as a person in Chromium, in both languages, on a desktop and on a phone.

console_drive.py HTTP ADMIN SCREENSHOTS [SERVE_ADMIN TOKEN]

Screenshots are for people to look at. The screenshot console.png is the picture in the README: docs/console.png is
a copy. Every page must follow axe's rules and its own content security policy, and must fit the window's width.
"""

import http.client
import http.server
import json
import os
import pathlib
import re
import sys
import tempfile
import threading
import urllib.parse
import urllib.request

import axe_playwright_python
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

api, admin, folder = sys.argv[1:4]
SERVICE = "wx5ad0c4e6b81f2793"
SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
SECRETS = [
    SECRET,
    "1a2b3c4d5e6f70819203a4b5c6d7e8f9",
    "00112233445566778899aabbccddeeff",
    "ffeeddccbbaa99887766554433221100",
    "dGFnbGluZSBkZW1vIGVuY29kaW5nIGtleSAwMTIzNDU",
]
LEFT = "ocYxcuDemoLeft00000000000001"
GOOD = "ocYxcuDemoFollower0000000007"
FULL = "ocYxcuDemoFollower0000001000"
SCREENS = ["calls", "errors", "followers", "tags", "accounts", "faults", "clock", "health"]
AXE = pathlib.Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()

os.makedirs(folder, exist_ok=True)
# The problems of all pages. The script reports them at the end.
problems = {}
files = tempfile.TemporaryDirectory()


def call(path, body=None):
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    with urllib.request.urlopen(urllib.request.Request(api + path, data=data), timeout=30) as answer:
        return json.load(answer)


def change(method, path, body=None):
    """Makes a call of the admin plane."""
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    urllib.request.urlopen(urllib.request.Request(admin + path, data=data, method=method), timeout=30).read()


def tag(openids, number, access):
    return call("/cgi-bin/tags/members/batchtagging?access_token=" + access, {"openid_list": openids, "tagid": number})


def token():
    return call(
        "/cgi-bin/stable_token", {"grant_type": "client_credential", "appid": SERVICE, "secret": SECRET}
    )["access_token"]


class Visit:
    """A browser with one language and one width."""

    def __init__(self, language, width, height, scripts=True, dark=False):
        self.language, self.width = language, width
        options = webdriver.ChromeOptions()
        for argument in (
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--lang=" + language,
        ):
            options.add_argument(argument)
        preferences = {"intl.accept_languages": language}
        if not scripts:
            preferences["profile.managed_default_content_settings.javascript"] = 2
        options.add_experimental_option("prefs", preferences)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.browser = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
        )
        self.browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]},
        )
        self.base = admin

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind:
            self.browser.save_screenshot(os.path.join(folder, "failure.png"))
        self.browser.quit()

    def open(self, path):
        self.browser.get(self.base + path)
        return self

    def find(self, selector):
        return WebDriverWait(self.browser, 10).until(lambda b: b.find_element(By.CSS_SELECTOR, selector))

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def press(self, selector):
        """Clicks a button or a link, and waits until the next page is loaded."""
        button = self.find(selector)
        self.browser.execute_script("window.isOld = true; arguments[0].scrollIntoView({block: 'center'})", button)
        button.click()
        WebDriverWait(self.browser, 10).until(
            lambda b: b.execute_script("return !window.isOld && document.readyState === 'complete'")
        )
        return self

    def write(self, selector, text):
        field = self.find(selector)
        field.clear()
        field.send_keys(text)

    def choose(self, selector, value):
        Select(self.find(selector)).select_by_value(value)

    def said(self, piece, kind):
        notice = self.find(".notice." + kind).text
        assert piece in notice, (piece, notice)

    def wait(self, condition, what):
        """Waits until `condition` is true. An element that the page replaces meanwhile counts as not yet there."""
        ignored = [StaleElementReferenceException]
        WebDriverWait(self.browser, 30, ignored_exceptions=ignored).until(lambda b: condition(), what)

    def shot(self, name):
        """Writes a screenshot, and judges the page: accessibility, width, secrets, policy, and where requests went."""
        label = "%s-%s-%d" % (name, self.language, self.width)
        self.browser.save_screenshot(os.path.join(folder, label + ".png"))
        html = self.browser.page_source
        for secret in SECRETS:
            assert secret not in html, (label, "a secret")
        assert not re.search(r"access_token=[0-9]+_[^*&<\"]{8}", html), (label, "a token")
        overflow = self.browser.execute_script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if overflow > 0:
            problems[label + " width"] = "wider than the window by %d" % overflow
        self.browser.execute_script(AXE)
        result = self.browser.execute_async_script(
            "const done = arguments[0]; axe.run().then((r) => done(r.violations.map((v) => "
            "[v.id, v.help, v.nodes.slice(0, 3).map((n) => n.html + ' ' + n.failureSummary)])))"
        )
        if result:
            problems[label] = result

    def judge_logs(self):
        errors = [
            entry["message"]
            for entry in self.browser.get_log("browser")
            if entry["level"] == "SEVERE"
            and not re.search(r"status of (403|404|409|400)", entry["message"])
            # htmx logs this when the stream of a page ends because another page is loaded.
            and not entry["message"].endswith('"[object Event]"')
        ]
        assert not errors, errors
        for entry in self.browser.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                assert url.startswith(self.base) or url.startswith(("data:", "chrome")), url


def tag_and_be_refused(visit):
    visit.open("/console/followers")
    visit.choose("select[name=account]", SERVICE)
    visit.write("form.filter input[name=openid]", GOOD)
    visit.press("form.filter button.main")
    form = "aside form[action='/console/followers/tag'] "
    if visit.all("aside button[name=tag][value='134']"):
        visit.press("aside button[name=tag][value='134']")
    visit.choose(form + "select", "134")
    visit.press(form + "button.main")
    assert visit.all("aside button[name=tag][value='134']")
    visit.write("aside input[name=remark]", "<b>\u202e友")
    visit.press("form[action='/console/followers/remark'] button")
    assert visit.find("aside input[name=remark]").get_attribute("value") == "<b>\u202e友"
    visit.shot("follower")
    several = "form.card[action='/console/followers/tag'] "
    visit.write(several + "textarea", GOOD + "\n" + LEFT)
    visit.choose(several + "select", "134")
    visit.press(several + "button.main")
    visit.said("40003", "bad")
    visit.shot("refused")


def provoke_and_take_back(visit):
    visit.open("/console/faults").press("button[name=scenario][value=ghost-tag]")
    visit.shot("faults-on")
    visit.open("/console/followers?account=%s&openid=%s" % (SERVICE, GOOD))
    visit.press("aside button[name=tag][value='134']")
    visit.said("45159", "bad")
    visit.open("/console/calls").press("tbody tr:first-child a[data-row]")
    assert "45159" in visit.find("aside h2").text
    visit.shot("call-fault")
    visit.open("/console/faults").press("button[name=name][value=ghost-tag]")
    assert not visit.all("button[name=name][value=ghost-tag]")


def make_a_fault_of_a_call(visit):
    visit.open("/console/calls?find=40003").press("tbody tr:first-child a[data-row]")
    visit.press("aside .do a[href^='/console/faults']")
    assert visit.find("input[name=errcode]").get_attribute("value") == "40003"
    visit.press("#new button.main")
    assert visit.all("form[action='/console/faults/clear']")
    visit.press("form[action='/console/faults/clear'] button")
    visit.open("/console/calls?find=40003").press("tbody tr:first-child a[data-row]")
    before = len(visit.all("tbody tr"))
    visit.press("form[action='/console/calls/again'] button")
    assert "40003" in visit.find("aside h2").text and before >= 1


def move_time_and_restore(visit):
    name = "before %s" % visit.language
    access = token()
    visit.open("/console/clock")
    visit.write("form[action='/console/clock/take'] input[name=name]", name)
    visit.press("form[action='/console/clock/take'] button")
    visit.shot("snapshot")
    assert "errcode" not in call("/cgi-bin/tags/get?access_token=" + access)
    visit.press("form[action='/console/clock/tokens'] button")
    assert call("/cgi-bin/tags/get?access_token=" + access)["errcode"] == 42001
    visit.press("form[action='/console/clock/freeze'] button")
    visit.press("form[action='/console/clock/run'] button")
    visit.press("button[form=restore][value='%s']" % name)
    assert "errcode" not in call("/cgi-bin/tags/get?access_token=" + access)
    visit.press("button[form=remove][value='%s']" % name)


def lead_a_tag_through_its_life(visit):
    name = "星 <i>& " + visit.language
    visit.open("/console/tags?account=" + SERVICE)
    visit.write("form[action='/console/tags/create'] input[name=name]", name)
    visit.press("form[action='/console/tags/create'] button")
    visit.press("tbody tr:last-child a[data-row]")
    assert visit.find("aside h2 bdi").text == name
    visit.shot("tag")
    visit.write("form[action='/console/tags/rename'] input[name=name]", "新 " + visit.language)
    visit.press("form[action='/console/tags/rename'] button.main")
    visit.press("tbody tr:last-child a[data-row]")
    visit.find("aside details summary").click()
    visit.press("form[action='/console/tags/delete'] button")
    assert "新" not in visit.find("tbody tr:last-child").text


def followers_of(mark, count):
    return ["oImport%s%s" % (mark, str(number).zfill(21 - len(mark))) for number in range(1, count + 1)]


def file_of(name, lines):
    path = os.path.join(files.name, name)
    pathlib.Path(path).write_text("\n".join(lines) + "\n")
    return path


def import_and_drain(visit):
    """Adds the followers in a file while a bar shows, tags them all, and takes the tag off all of them."""
    openids = followers_of(visit.language.replace("-", "") + str(visit.width), 6000)
    visit.open("/console/followers?account=" + SERVICE)
    visit.find("#import input[type=file]").send_keys(
        file_of("followers.csv", ["name,openid", "<b>Li</b>,nonsense"] + ["Wang," + openid for openid in openids])
    )
    visit.browser.execute_script(
        "document.addEventListener('htmx:afterSettle', "
        "() => { window.sawBar = window.sawBar || document.querySelector('progress') !== null })"
    )
    visit.find("#import button").click()
    visit.wait(lambda: visit.all("#report"), "the result of the import")
    assert visit.browser.execute_script("return window.sawBar"), "no bar while the file was sent"
    assert "6,000" in visit.find("#report").text and "line 2: " in visit.find("#report pre").text
    visit.said("", "ok")
    visit.shot("imported")

    access = token()
    name = "drain " + visit.language
    tag = call("/cgi-bin/tags/create?access_token=" + access, {"tag": {"name": name}})["tag"]["id"]
    for start in range(0, len(openids), 50):
        body = {"openid_list": openids[start : start + 50], "tagid": tag}
        assert call("/cgi-bin/tags/members/batchtagging?access_token=" + access, body)["errcode"] == 0
    visit.open("/console/tags?account=%s&tag=%d" % (SERVICE, tag))
    visit.find("aside details summary").click()
    form = "form[action='/console/tags/drain'] "
    assert "6,000" in visit.find(form + "p").text
    visit.find(form + "input[name=sure]").click()
    visit.shot("drain")
    visit.press(form + "button")
    # A step takes the tag off 5,000 followers at most. The page goes on by itself.
    visit.wait(lambda: visit.all("#drain") and not visit.all("#drain form"), "the end of the drain")
    visit.shot("drained")
    visit.open("/console/tags?account=%s&tag=%d" % (SERVICE, tag))
    assert not visit.all(form.strip())
    visit.find("aside details summary").click()
    visit.press("form[action='/console/tags/delete'] button")


def change_an_account(visit):
    visit.open("/console/accounts?account=" + SERVICE)
    visit.press("button[name=frozen][value=true]")
    visit.shot("account-frozen")
    visit.press("button[name=frozen][value=false]")
    visit.open("/console/accounts?account=wx2c4e6a8091b3d5f7")
    visit.find("aside details summary").click()
    visit.press("form[action='/console/accounts/secret'] button")
    assert re.fullmatch("[0-9a-f]{32}", visit.find("main pre").text)


def watch_calls_arrive(visit):
    access = token()
    visit.open("/console/calls")
    assert visit.all(".live")
    visit.wait(lambda: visit.browser.execute_script("return document.querySelector('#list') !== null"), "list")
    call("/cgi-bin/tags/members/batchtagging?access_token=" + access, {"openid_list": [FULL], "tagid": 120})
    visit.wait(lambda: "45059" in visit.find("tbody tr:first-child").text, "the row of a call that arrived")
    # A row that arrived can be opened like any other row.
    visit.press("tbody tr:first-child a[data-row]")
    assert "45059" in visit.find("aside h2").text
    visit.shot("call")
    for _ in range(3):
        call("/cgi-bin/tags/get?access_token=" + access)
    visit.wait(lambda: "3" in visit.find(".more").text, "how many calls have arrived since")
    assert 0 < len(visit.all("tbody tr")) <= 50
    visit.open("/console/calls")
    for _ in range(160):
        call("/cgi-bin/tags/get?access_token=" + access)
    with urllib.request.urlopen(admin + "/calls?limit=1", timeout=30) as answer:
        last = json.load(answer)["last"]
    newest = "return document.querySelector('tbody tr:first-child a[data-row]')?.href"
    visit.wait(lambda: str(visit.browser.execute_script(newest)).endswith("call=%d" % last), "the newest of many calls")
    # A page of 50 rows accepts at most 100 more rows before it is loaded again.
    assert visit.browser.execute_script("return document.querySelectorAll('tbody tr').length") <= 150


def understand_errors(visit):
    """Finds the refusals of a kind, and opens the latest of them."""
    assert tag([LEFT], 134, token())["errcode"] == 40003
    visit.open("/console/errors")
    visit.write("input[name=find]", "40003")
    visit.press("form.filter button.main")
    assert {pill.text for pill in visit.all("tbody .pill")} == {"40003"}
    visit.press("tbody tr:first-child a[data-row]")
    assert "40003" in visit.find("aside h2").text and LEFT in visit.find("aside pre").text
    visit.shot("error")


def find_followers_by_an_expression(visit):
    visit.open("/console/followers?account=" + SERVICE)
    visit.write("form.filter input[name=where]", "!广东 &")
    visit.press("form.filter button.main")
    visit.said("6", "bad")
    visit.write("form.filter input[name=where]", "!广东 & 102")
    visit.press("form.filter button.main")
    assert re.search("[1-9]", visit.find("#count").text) and visit.all("tbody tr")
    visit.shot("expression")


def see_that_all_is_well(visit):
    visit.open("/console/health")
    assert visit.find(".notice.ok").text
    assert "40003" in visit.find("main").text


def count_many_followers():
    """The count of an expression over many followers continues by itself. Without scripts, the page tells how to
    continue.
    """
    account, many = "wxmany", 140_000
    change("POST", "/accounts", {"appid": account, "kind": "service"})
    change("POST", "/accounts/%s/tags" % account, {"name": "vip"})
    lines = "\n".join(followers_of("many", many)).encode()
    urllib.request.urlopen(
        urllib.request.Request(admin + "/accounts/%s/followers" % account, data=lines, method="POST"), timeout=300
    ).read()
    where = "/console/followers?account=%s&where=%%21vip" % account
    with Visit("en", 1280, 800) as visit:
        visit.open(where)
        visit.wait(lambda: visit.find("#count").text == "140,000 followers match", "the whole count")
        visit.shot("counted")
        visit.judge_logs()
    with Visit("en", 1280, 800, scripts=False) as visit:
        visit.browser.get(admin + where)
        text = visit.find("#count").text
        assert re.match("([0-9,]+) of \\1 followers match so far; ", text), text
        # Selenium never counts this element as shown, but a browser without scripts shows it.
        assert visit.find("#count noscript").get_attribute("textContent").strip() == "with the next page"
    change("DELETE", "/accounts/" + account)


def use_keys(visit):
    visit.open("/console/calls")
    body = visit.find("body")
    body.send_keys("/")
    assert visit.browser.switch_to.active_element.get_attribute("name") == "find"
    visit.browser.switch_to.active_element.send_keys(Keys.TAB)
    visit.browser.execute_script("document.activeElement.blur()")
    body.send_keys("j")
    first = visit.browser.switch_to.active_element.get_attribute("href")
    visit.browser.switch_to.active_element.send_keys("j")
    second = visit.browser.switch_to.active_element.get_attribute("href")
    assert first != second and "call=" in second
    visit.browser.switch_to.active_element.send_keys("k")
    assert visit.browser.switch_to.active_element.get_attribute("href") == first
    visit.browser.switch_to.active_element.send_keys("k")
    assert visit.browser.switch_to.active_element.get_attribute("href") == first, "the first row is the last for k"
    visit.browser.switch_to.active_element.send_keys("?")
    assert visit.find("dialog[open]")
    visit.find("dialog[open] button").click()
    visit.find("body").send_keys("/")
    field = visit.browser.switch_to.active_element
    field.send_keys("jk?/")
    assert field.get_attribute("value") == "jk?/", "keys in a field are text"
    assert not visit.all("dialog[open]")
    fields = {
        "errors": "find", "followers": "openid", "tags": "account", "accounts": "account", "faults": "name", "clock": "span",
    }
    for screen, name in fields.items():
        visit.open("/console/" + screen).find("body").send_keys("/")
        assert visit.browser.switch_to.active_element.get_attribute("name") == name, screen
    for screen in ("errors", "followers", "tags", "accounts"):
        visit.open("/console/" + screen).find("body").send_keys("j")
        row = visit.browser.switch_to.active_element
        assert row.get_attribute("data-row") is not None, screen
        visit.browser.execute_script("window.isOld = true")
        row.send_keys(Keys.ENTER)
        visit.wait(lambda: visit.browser.execute_script("return !window.isOld"), "the row that Enter opens on " + screen)


def do_without_scripts():
    with Visit("en", 1280, 800, scripts=False) as visit:
        visit.browser.get(admin + "/console/faults")
        visit.find("button[name=scenario][value=busy-openid]").click()
        visit.wait(lambda: visit.all("button[name=name][value=busy-openid]"), "the rule that was put on")
        visit.find("button[name=name][value=busy-openid]").click()
        visit.wait(lambda: not visit.all("button[name=name][value=busy-openid]"), "the list without the rule")
        openids = followers_of("plain", 60)
        visit.browser.get(admin + "/console/followers?account=" + SERVICE)
        visit.find("#import input[type=file]").send_keys(file_of("plain.txt", openids))
        visit.find("#import button").click()
        visit.wait(lambda: visit.all("#report"), "the result of the import")
        assert "60" in visit.find("#report").text
        visit.find("form.card[action='/console/followers/tag'] textarea").send_keys("\n".join(openids[:50]))
        visit.choose("form.card[action='/console/followers/tag'] select", "101")
        visit.find("form.card[action='/console/followers/tag'] button.main").click()
        visit.wait(lambda: "done=tagged" in visit.browser.current_url, "the tagging")
        visit.browser.get(admin + "/console/tags?account=%s&tag=101" % SERVICE)
        visit.find("aside details summary").click()
        visit.find("form[action='/console/tags/drain'] input[name=sure]").click()
        visit.find("form[action='/console/tags/drain'] button").click()
        visit.wait(lambda: visit.all("#drain") and not visit.all("#drain form"), "the end of the drain")


def do_without_events():
    """A browser without server-sent events shows the list, and shows new calls when the page is loaded again."""
    with Visit("en", 1280, 800) as visit:
        visit.browser.execute_cdp_cmd(
            "Page.addScriptToEvaluateOnNewDocument", {"source": "delete window.EventSource"}
        )
        access = token()
        visit.open("/console/calls")
        assert visit.browser.execute_script("return typeof EventSource") == "undefined"
        call("/cgi-bin/tags/members/batchtagging?access_token=" + access, {"openid_list": ["nobody"], "tagid": 134})
        visit.press(".do > a")
        assert "40003" in visit.find("tbody tr:first-child").text
        visit.press("tbody tr:first-child a[data-row]")
        assert "40003" in visit.find("aside h2").text


class HoldingProxy(http.server.BaseHTTPRequestHandler):
    """A proxy that sends an answer to the browser only when the whole answer has arrived, so that no event ever
    arrives.
    """

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server = http.client.HTTPConnection(urllib.parse.urlsplit(admin).netloc, timeout=60)
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        try:
            server.request(self.command, self.path, self.rfile.read(length) or None, headers)
            answer = server.getresponse()
            body = answer.read()
        except OSError:
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "content-length", "connection", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


def do_behind_a_proxy_that_buffers():
    """Behind a proxy that keeps events back, a person can load the list again, and forms work."""
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), HoldingProxy)
    proxy.daemon_threads = True
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    with Visit("en", 1280, 800) as visit:
        visit.base = "http://127.0.0.1:%d" % proxy.server_port
        access = token()
        visit.open("/console/calls")
        assert tag(["nobody"], 134, access)["errcode"] == 40003
        visit.press(".do > a")
        assert "40003" in visit.find("tbody tr:first-child").text
        visit.press("tbody tr:first-child a[data-row]")
        visit.press("form[action='/console/calls/again'] button")
        assert "40003" in visit.find("aside h2").text
        visit.judge_logs()
    proxy.shutdown()


def draw_the_picture_of_the_readme():
    """Makes the picture: a sandbox after a few good calls, refusals and a fault. The newest call is open."""
    change("POST", "/sandbox/reset", {})
    change("DELETE", "/calls")
    access = token()
    call("/cgi-bin/tags/get?access_token=" + access)
    tag([GOOD], 134, access)
    tag([LEFT], 134, access)
    change("POST", "/sandbox/faults", {"scenario": "ghost-tag"})
    tag([GOOD], 134, access)
    change("DELETE", "/sandbox/faults")
    call("/cgi-bin/tags/getidlist?access_token=" + access, {"openid": FULL})
    change("POST", "/sandbox/clock", {"advance_seconds": 7200})
    tag([GOOD], 134, access)
    access = token()
    tag(["ocYxcuDemoFollower%010d" % number for number in range(1, 51)], 134, access)
    tag([FULL], 120, access)
    with Visit("en", 1280, 800) as visit:
        visit.open("/console/calls").press("tbody tr:first-child a[data-row]")
        assert "45059" in visit.find("aside h2").text
        picture = os.path.join(folder, "console.png")
        visit.browser.save_screenshot(picture)
    assert os.path.getsize(picture) <= 200_000, "the picture of the README has %d bytes" % os.path.getsize(picture)
    change("POST", "/sandbox/reset", {})


def import_and_export(visit, account):
    """Makes an account on a server, adds followers from a file, and exports all followers with the session's cookie."""
    openids = followers_of("serve", 3)
    visit.write("form[action='/console/accounts/create'] input[name=appid]", account)
    visit.press("form[action='/console/accounts/create'] button")
    visit.open("/console/followers?account=" + account)
    visit.find("#import input[type=file]").send_keys(file_of("serve.txt", openids))
    visit.find("#import button").click()
    visit.wait(lambda: visit.all("#report"), "the result of the import")
    visit.open("/console/followers?account=" + account)
    link = visit.find("a[href^='/console/export']").get_attribute("href")
    cookie = "tagline-session=" + visit.browser.get_cookie("tagline-session")["value"]
    with urllib.request.urlopen(urllib.request.Request(link, headers={"Cookie": cookie}), timeout=30) as answer:
        assert answer.read().decode().split() == ["openid"] + openids
    lines = urllib.request.Request(link + "&format=ndjson", headers={"Cookie": cookie})
    with urllib.request.urlopen(lines, timeout=30) as answer:
        assert [json.loads(line)["openid"] for line in answer.read().decode().splitlines()] == openids
    with urllib.request.urlopen(link, timeout=30) as answer:
        assert 'name="token"' in answer.read().decode()


def sign_in(base, right):
    for language, width in (("en", 1280), ("zh-CN", 390)):
        with Visit(language, width, 844) as visit:
            visit.base = base
            visit.open("/")
            assert visit.find("input[name=token]")
            visit.shot("sign-in")
            visit.write("input[name=token]", "not the token at all")
            visit.press("main button.main")
            assert visit.all(".notice.bad")
            visit.write("input[name=token]", right)
            visit.press("main button.main")
            visit.wait(lambda: visit.browser.current_url.endswith("/console/health"), "home")
            visit.shot("serve-health")
            assert right not in visit.browser.page_source
            names = [link.get_attribute("href").rsplit("/", 1)[1] for link in visit.all("nav > a")]
            assert "faults" not in names and "clock" not in names, names
            cookie = visit.browser.get_cookie("tagline-session")
            assert cookie["httpOnly"] and cookie["sameSite"] == "Strict", cookie
            visit.open("/console/accounts").shot("serve-accounts")
            import_and_export(visit, "wx" + language.lower())
            visit.press("form[action='/console/sign-out'] button")
            visit.open("/console/accounts")
            assert visit.find("input[name=token]")
            visit.judge_logs()


draw_the_picture_of_the_readme()
for language in ("en", "zh-CN"):
    for width, height in ((1280, 800), (390, 844)):
        with Visit(language, width, height) as visit:
            tag_and_be_refused(visit)
            provoke_and_take_back(visit)
            make_a_fault_of_a_call(visit)
            understand_errors(visit)
            find_followers_by_an_expression(visit)
            lead_a_tag_through_its_life(visit)
            import_and_drain(visit)
            change_an_account(visit)
            use_keys(visit)
            move_time_and_restore(visit)
            watch_calls_arrive(visit)
            see_that_all_is_well(visit)
            for screen in SCREENS:
                visit.open("/console/" + screen).shot(screen)
            visit.judge_logs()
            print("console: %s at %d done" % (language, width), flush=True)

for language, width, height in (("en", 1280, 800), ("zh-CN", 390, 844)):
    with Visit(language, width, height, dark=True) as visit:
        for screen in SCREENS:
            visit.open("/console/" + screen).shot("dark-" + screen)
        visit.press("form[action='/console/language'] button")
        assert visit.find("html").get_attribute("lang") != language
do_without_scripts()
do_without_events()
do_behind_a_proxy_that_buffers()
count_many_followers()
if len(sys.argv) > 5:
    sign_in(sys.argv[4], sys.argv[5])
assert not problems, json.dumps(problems, ensure_ascii=False, indent=1)
print("console: all done")
