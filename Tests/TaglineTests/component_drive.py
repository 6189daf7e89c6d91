"""Runs a third-party platform with wechatpy's component client, and opens the authorisation page in Chromium.

component_drive.py API-BASE ADMIN-BASE
"""

import http.server
import json
import queue
import sys
import threading
import urllib.parse
import urllib.request

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.chrome.service import Service
from wechatpy.component import WeChatComponent
from wechatpy.client import WeChatComponentClient
from wechatpy.exceptions import InvalidSignatureException, WeChatClientException

base, admin = sys.argv[1:]
COMPONENT, SECRET = "wxfe12dc34ba567890", "ffeeddccbbaa99887766554433221100"
TOKEN, KEY = "tagline-demo", "dGFnbGluZSBkZW1vIGVuY29kaW5nIGtleSAwMTIzNDU"
SERVICE = "wx5ad0c4e6b81f2793"
FOLLOWER = "ocYxcuDemoFollower0000000001"

pushes, visits = queue.Queue(), queue.Queue()


class Platform(http.server.BaseHTTPRequestHandler):
    """The platform's own server. It receives pushes, and the browser that the authorisation page redirects."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        pushes.put((urllib.parse.urlsplit(self.path), body))
        self.answer(b"success")

    def do_GET(self):
        if self.path.startswith("/back"):
            visits.put(urllib.parse.urlsplit(self.path))
        self.answer(b"<title>back at the platform</title>")

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Platform)
threading.Thread(target=server.serve_forever, daemon=True).start()
own = "http://127.0.0.1:%d" % server.server_port


def administer(method, path, body=None):
    request = urllib.request.Request(
        admin + path, json.dumps(body or {}).encode(), method=method
    )
    return json.load(urllib.request.urlopen(request))


def refused(code, call, *arguments):
    try:
        call(*arguments)
    except WeChatClientException as error:
        assert error.errcode == code, error
    else:
        raise AssertionError("expected %d" % code)


def next_push(kind):
    """Returns the next push of a kind, decrypted by wechatpy."""
    while True:
        url, body = pushes.get(timeout=30)
        query = dict(urllib.parse.parse_qsl(url.query))
        message = component.parse_message(
            body, query["msg_signature"], query["timestamp"], query["nonce"]
        )
        if message.type == kind:
            return message, query, body


WeChatComponent.API_BASE_URL = base + "/cgi-bin"
WeChatComponentClient.API_BASE_URL = base + "/cgi-bin/"
component = WeChatComponent(COMPONENT, SECRET, TOKEN, KEY)

# The ticket.
administer("PATCH", "/platforms/" + COMPONENT, {"event_url": own + "/events"})
administer("POST", "/sandbox/clock", {"advance_seconds": 600})
message, query, body = next_push("component_verify_ticket")
assert component.component_verify_ticket.startswith("ticket@@@")
try:
    component.parse_message(body, "0" * 40, query["timestamp"], query["nonce"])
    raise AssertionError("a forged signature")
except InvalidSignatureException:
    pass

# The page, in a browser.
code = component.create_preauthcode()["pre_auth_code"]


def page(pre_auth_code, redirect_uri):
    return base + "/cgi-bin/componentloginpage?" + urllib.parse.urlencode(
        {
            "component_appid": COMPONENT,
            "pre_auth_code": pre_auth_code,
            "redirect_uri": redirect_uri,
            "auth_type": 1,
        }
    )


options = webdriver.ChromeOptions()
for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
    options.add_argument(argument)
browser = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
try:
    browser.get(page(code, own + "/back?auth_code=planted&state=a%2Bb"))
    assert "Authorise" in browser.title, browser.title
    labels = [label.text for label in browser.find_elements(By.TAG_NAME, "label")]
    assert any("not certified" in label for label in labels), labels
    browser.find_element(By.CSS_SELECTOR, "input[value='%s']" % SERVICE).click()
    for box in browser.find_elements(By.NAME, "set"):
        if box.is_selected() != (box.get_attribute("value") == "2"):
            box.click()
    browser.find_element(By.TAG_NAME, "button").click()
    back = dict(urllib.parse.parse_qsl(visits.get(timeout=30).query))
    assert browser.title == "back at the platform", browser.title
    assert back["state"] == "a+b" and back["expires_in"] == "3600", back
    assert back["auth_code"].startswith("queryauthcode@@@") and len(back) == 3, back

    # The page reports an impossible parameter, and the server does not act on it.
    browser.get(page(code, own + "/back?auth_code=planted&state=a%2Bb"))
    assert "unknown, used or too old" in browser.page_source
    another = component.create_preauthcode()["pre_auth_code"]
    for uri in ("http://elsewhere.example/", "javascript:alert(1)", "http://127.0.0.1@elsewhere.example/", ""):
        browser.get(page(another, uri))
        assert "does not belong to the third-party platform" in browser.page_source, uri
    script = own + "/\"><script>document.title='owned'</script>"
    browser.get(page(another, script))
    assert browser.title != "owned" and not browser.find_elements(By.TAG_NAME, "script")
    errors = [entry["message"] for entry in browser.get_log("browser")]
    assert not [text for text in errors if "favicon" not in text and "400" not in text], errors
finally:
    browser.quit()

# The event, and the calls on the account's behalf.
message, _, _ = next_push("updateauthorized")
assert message.authorizer_appid == SERVICE and message.authorization_code == back["auth_code"]
# wechatpy fetches the tokens while it reads the event.
client = component.get_client_by_appid(SERVICE)
assert client.tag.tag_user(134, [FOLLOWER])["errcode"] == 0
assert client.tag.get_user_tag(FOLLOWER) == [134]
refused(61009, component.query_auth, back["auth_code"])

authorizers = {entry["authorizer_appid"]: entry for entry in component.get_authorizer_list()["list"]}
assert len(authorizers) == 2
renewed = component.refresh_authorizer_token(SERVICE, authorizers[SERVICE]["refresh_token"])
assert renewed["expires_in"] == 7200
refused(61023, component.refresh_authorizer_token, SERVICE, "refreshtoken@@@another")
info = component.get_authorizer_info(SERVICE)
assert [item["funcscope_category"]["id"] for item in info["authorization_info"]["func_info"]] == [2]
assert component.set_authorizer_option(SERVICE, "voice_recognize", "1")["errcode"] == 0
assert component.get_authorizer_option(SERVICE, "voice_recognize")["option_value"] == "1"

# The certified subscription account granted set 7 alone.
SUBSCRIPTION = "wx7b9e13d5f0a2c486"
administer(
    "POST",
    "/platforms/%s/authorizations" % COMPONENT,
    {"appid": SUBSCRIPTION, "permission_sets": [7]},
)
next_push("updateauthorized")
refused(61007, component.get_client_by_appid(SUBSCRIPTION).tag.get)

administer("DELETE", "/platforms/%s/authorizations/%s" % (COMPONENT, SERVICE))
message, _, _ = next_push("unauthorized")
assert message.authorizer_appid == SERVICE
refused(61003, client.tag.get)

print("component: all done")
