"""Drives a running sandbox with wechatpy: wechatpy_drive.py API-BASE ADMIN-BASE"""

import json
import sys
import urllib.request

from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

base, admin = sys.argv[1:]


class Client(WeChatClient):
    API_BASE_URL = base + "/cgi-bin/"

    def fetch_access_token(self):
        return self._fetch_access_token(
            url=base + "/cgi-bin/token",
            params={
                "grant_type": "client_credential",
                "appid": self.appid,
                "secret": self.secret,
            },
        )


def advance(seconds):
    body = json.dumps({"advance_seconds": seconds}).encode()
    request = urllib.request.Request(
        admin + "/sandbox/clock", body, {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request).read()


def refused(code, call, *arguments):
    try:
        call(*arguments)
    except WeChatClientException as error:
        assert error.errcode == code, error
    else:
        raise AssertionError("expected %d" % code)


client = Client("wx5ad0c4e6b81f2793", "0f1e2d3c4b5a69788796a5b4c3d2e1f0")
followers = ["ocYxcuDemoFollower%010d" % number for number in range(1, 101)]

for start in (0, 50):
    assert client.tag.tag_user(134, followers[start : start + 50])["errcode"] == 0
assert client.tag.get_user_tag(followers[0]) == [134]
assert list(client.tag.iter_tag_users(134)) == followers
assert {tag["id"]: tag["count"] for tag in client.tag.get()}[134] == 100
assert list(client.tag.iter_tag_users(120)) == []

refused(40032, client.tag.tag_user, 134, followers[:51])
refused(45159, client.tag.tag_user, 4711, followers[:1])
refused(40003, client.tag.tag_user, 134, ["ocYxcuDemoLeft00000000000001"])
refused(49003, client.tag.tag_user, 134, ["ohK2suDemoFollower0000000001"])
refused(45059, client.tag.tag_user, 134, ["ocYxcuDemoFollower0000001000"])

# All the tag calls.
made = client.tag.create("蟒蛇")
assert made["id"] == 135 and made["name"] == "蟒蛇", made
assert client.tag.update(135, "大蟒")["errcode"] == 0
assert client.tag.tag_user(135, followers[:3])["errcode"] == 0
assert client.tag.untag_user(135, followers[:1])["errcode"] == 0
assert list(client.tag.iter_tag_users(135)) == followers[1:3]
assert client.tag.get_tag_users(135)["count"] == 2
assert client.tag.get_black_list()["total"] == 0
assert client.tag.batch_black_list(followers[:2])["errcode"] == 0
assert client.tag.get_black_list()["data"]["openid"] == followers[:2]
assert client.tag.batch_unblack_list(followers[:2])["errcode"] == 0
assert client.tag.delete(135)["errcode"] == 0
refused(45159, client.tag.delete, 135)
refused(45058, client.tag.delete, 2)
refused(45157, client.tag.create, "广东")

# Followers.
everyone = list(client.user.iter_followers())
assert len(everyone) == 1002 and everyone[2:102] == followers
assert client.user.get(followers[0])["tagid_list"] == [134]
assert [user["openid"] for user in client.user.get_batch(followers[:2])] == followers[:2]
assert client.user.update_remark(followers[0], "老友")["errcode"] == 0
assert client.user.get(followers[0])["remark"] == "老友"

# The client thinks that its token is still valid. The server answers that the token has expired. The client fetches
# another token and continues.
old = client.access_token
advance(7201)
assert client.tag.tag_user(101, followers[:1])["errcode"] == 0
assert client.access_token != old
assert client.tag.get_user_tag(followers[0]) == [101, 134]

print("wechatpy: all done")
