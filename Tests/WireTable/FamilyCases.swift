extension WireTable {
    private static func path(_ call: String, _ account: String = "service") -> String {
        "/cgi-bin/\(call)?access_token={\(account)}"
    }

    private static let reserved = WireCase.Answer.refused(45058, "can't modify sys tag", .service)
    private static let invalidName = WireCase.Answer.refused(45157, "invalid tag name", .service)
    private static let nameTooLong = WireCase.Answer.refused(45158, "tag name too long", .service)
    private static let anothers = WireCase.Answer.refused(49003, "not match openid with appid", .service)
    private static let emptyBody = WireCase.Answer.refused(44002, "empty post data", .service)

    /// Requests of three kinds: they create, rename and delete tags, take tags off followers, and list tags and
    /// followers. No answer depends on earlier requests.
    static let tagCases: [WireCase] = [
        post("a tag without a name", #"{"tag":{}}"#, invalidName, to: path("tags/create")),
        post("a tag with an empty name", #"{"tag":{"name":""}}"#, invalidName, to: path("tags/create")),
        post("a tag with a taken name", #"{"tag":{"name":"广东"}}"#, invalidName, to: path("tags/create")),
        post(
            "a tag with the name of the starred tag", #"{"tag":{"name":"星标组"}}"#, invalidName, to: path("tags/create")),
        post(
            "a tag with a taken name in JSON escapes", #"{"tag":{"name":"\u5e7f\u4e1c"}}"#, invalidName,
            to: path("tags/create")),
        post(
            "a tag with a name of 31 bytes", #"{"tag":{"name":"0123456789012345678901234567890"}}"#, nameTooLong,
            to: path("tags/create")),
        post(
            "a tag with a name of 11 Chinese characters", #"{"tag":{"name":"广广广广广广广广广广广"}}"#, nameTooLong,
            to: path("tags/create")),
        post("a tag that is not an object", #"{"tag":"name"}"#, formatError, to: path("tags/create")),
        post("a tag with a number for a name", #"{"tag":{"name":5}}"#, formatError, to: path("tags/create")),
        post("no tag object", "{}", formatError, to: path("tags/create")),
        post("a tag with a name of blanks", #"{"tag":{"name":"  "}}"#, invalidName, to: path("tags/create")),
        post("a tag with a line break in its name", #"{"tag":{"name":"a\nb"}}"#, invalidName, to: path("tags/create")),
        post("creating a tag without a body", "", emptyBody, to: path("tags/create")),
        post(
            "a tag of an account that is not certified", #"{"tag":{"name":"x"}}"#,
            .refused(48001, "api unauthorized", .gateway), to: path("tags/create", "uncertified")),
        call("tags/create by GET", "GET", path("tags/create"), .refused(43002, "require POST method", .gateway)),

        post("renaming a tag to its own name", #"{"tag":{"id":134,"name":"广东"}}"#, ok, to: path("tags/update")),
        post(
            "renaming a tag to the name of another tag", #"{"tag":{"id":134,"name":"演示100"}}"#, invalidName,
            to: path("tags/update")),
        post("renaming a tag without a new name", #"{"tag":{"id":134}}"#, invalidName, to: path("tags/update")),
        post(
            "renaming a tag to 31 bytes", #"{"tag":{"id":134,"name":"0123456789012345678901234567890"}}"#, nameTooLong,
            to: path("tags/update")),
        post("renaming the starred tag", #"{"tag":{"id":2,"name":"x"}}"#, reserved, to: path("tags/update")),
        post("renaming tag 0", #"{"tag":{"id":0,"name":"x"}}"#, reserved, to: path("tags/update")),
        post("renaming an unknown tag", #"{"tag":{"id":4711,"name":"x"}}"#, invalidTag, to: path("tags/update")),
        post("renaming without a tag id", #"{"tag":{"name":"x"}}"#, invalidTag, to: path("tags/update")),
        post("deleting the starred tag", #"{"tag":{"id":2}}"#, reserved, to: path("tags/delete")),
        post("deleting tag 1", #"{"tag":{"id":1}}"#, reserved, to: path("tags/delete")),
        post("deleting an unknown tag", #"{"tag":{"id":4711}}"#, invalidTag, to: path("tags/delete")),
        post("deleting without a tag id", #"{"tag":{}}"#, invalidTag, to: path("tags/delete")),
        post("deleting with an id outside the tag object", #"{"id":134}"#, formatError, to: path("tags/delete")),

        post(
            "untagging a follower who does not carry the tag",
            #"{"openid_list":["ocYxcuDemoFollower0000000999"],"tagid":134}"#,
            ok,
            to: path("tags/members/batchuntagging")),
        post(
            "untagging with an unknown tag", #"{"openid_list":\#(one),"tagid":4711}"#, invalidTag,
            to: path("tags/members/batchuntagging")),
        post(
            "untagging with an empty list", #"{"openid_list":[],"tagid":134}"#, listSize,
            to: path("tags/members/batchuntagging")),
        post(
            "untagging a follower who left", #"{"openid_list":["ocYxcuDemoLeft00000000000001"],"tagid":134}"#,
            invalidOpenID,
            to: path("tags/members/batchuntagging")),
        post(
            "untagging another account's follower", #"{"openid_list":["ohK2suDemoFollower0000000001"],"tagid":134}"#,
            anothers,
            to: path("tags/members/batchuntagging")),
        post(
            "the followers of a tag, with another account's follower as the cursor",
            #"{"tagid":134,"next_openid":"ohK2suDemoFollower0000000001"}"#, anothers, to: path("user/tag/get")),
        post(
            "the followers of a tag, with a malformed openid as the cursor", #"{"tagid":134,"next_openid":"x"}"#,
            invalidOpenID,
            to: path("user/tag/get")),
        post(
            "the followers of an unknown tag, with a malformed openid as the cursor",
            #"{"tagid":4711,"next_openid":"x"}"#,
            invalidTag, to: path("user/tag/get")),
        post(
            "the followers without a tag id, with a malformed openid as the cursor", #"{"next_openid":"x"}"#,
            invalidTag,
            to: path("user/tag/get")),
        post(
            "the followers of an unknown tag, with another account's follower as the cursor",
            #"{"tagid":4711,"next_openid":"ohK2suDemoFollower0000000001"}"#, invalidTag, to: path("user/tag/get")),
        post(
            "the tags of another account's follower", #"{"openid":"ohK2suDemoFollower0000000001"}"#, anothers,
            to: path("tags/getidlist")),
        post("untagging without a body", "", emptyBody, to: path("tags/members/batchuntagging")),
    ]

    static let followerCases: [WireCase] = [
        post(
            "an empty blacklist", "{}", .bytes(#"{"total":0,"count":0,"next_openid":""}"#),
            to: path("tags/members/getblacklist", "subscription")),
        post(
            "an empty blacklist, requested without a body", "", .bytes(#"{"total":0,"count":0,"next_openid":""}"#),
            to: path("tags/members/getblacklist", "subscription")),
        post(
            "the blacklist, with another account's follower as the cursor",
            #"{"begin_openid":"ohK2suDemoFollower0000000001"}"#,
            anothers,
            to: path("tags/members/getblacklist")),
        post(
            "taking another account's follower off the blacklist", #"{"openid_list":["ohK2suDemoFollower0000000001"]}"#,
            anothers, to: path("tags/members/batchunblacklist")),
        post(
            "unblacklisting a follower who left", #"{"openid_list":["ocYxcuDemoLeft00000000000001"]}"#,
            invalidOpenID, to: path("tags/members/batchunblacklist")),
        post(
            "taking an empty list off the blacklist", #"{"openid_list":[]}"#, listSize,
            to: path("tags/members/batchunblacklist")),
        call(
            "followers, with another account's follower as the cursor", "GET",
            path("user/get") + "&next_openid=ohK2suDemoFollower0000000001", anothers),
        call("followers after a malformed openid", "GET", path("user/get") + "&next_openid=x", invalidOpenID),
        call("the profile of a malformed openid", "GET", path("user/info") + "&openid=x", invalidOpenID),
        post(
            "profiles of another account's follower", #"{"user_list":[{"openid":"ohK2suDemoFollower0000000001"}]}"#,
            anothers,
            to: path("user/info/batchget")),
        post(
            "profiles of an openid never seen", #"{"user_list":[{"openid":"ocYxcuNobody0000000000000001"}]}"#,
            invalidOpenID, to: path("user/info/batchget")),
        post(
            "profiles of a malformed openid", #"{"user_list":[{"openid":"x"}]}"#, invalidOpenID,
            to: path("user/info/batchget")),
        post(
            "a request without a remark", #"{"openid":"ocYxcuDemoFollower0000000001","remrk":"x"}"#, formatError,
            to: path("user/info/updateremark")),
        post(
            "a remark about another account's follower", #"{"openid":"ohK2suDemoFollower0000000001","remark":"x"}"#,
            anothers,
            to: path("user/info/updateremark")),
        post(
            "a remark about a malformed openid", #"{"openid":"x","remark":"x"}"#, invalidOpenID,
            to: path("user/info/updateremark")),
        post(
            "the blacklist after an openid never seen", #"{"begin_openid":"ocYxcuNobody0000000000000001"}"#,
            invalidOpenID,
            to: path("tags/members/getblacklist")),
        post(
            "the blacklist after a malformed openid", #"{"begin_openid":"nonsense"}"#, invalidOpenID,
            to: path("tags/members/getblacklist")),
        post("blacklisting an empty list", #"{"openid_list":[]}"#, listSize, to: path("tags/members/batchblacklist")),
        post(
            "blacklisting with the old field name opened_list", #"{"opened_list":\#(one)}"#, listSize,
            to: path("tags/members/batchblacklist")),
        post(
            "blacklisting another account's follower", #"{"openid_list":["ohK2suDemoFollower0000000001"]}"#, anothers,
            to: path("tags/members/batchblacklist")),
        post(
            "blacklisting a follower who left", #"{"openid_list":["ocYxcuDemoLeft00000000000001"]}"#, invalidOpenID,
            to: path("tags/members/batchblacklist")),
        post(
            "unblacklisting a follower who is not on the blacklist",
            #"{"openid_list":["ohK2suDemoFollower0000000001"]}"#,
            ok, to: path("tags/members/batchunblacklist", "subscription")),

        call(
            "followers after the last one", "GET",
            path("user/get", "subscription") + "&next_openid=ohK2suDemoFollower0000000100",
            .bytes(#"{"total":100,"count":0,"next_openid":""}"#)),
        call(
            "followers after the second to last", "GET",
            path("user/get", "subscription") + "&next_openid=ohK2suDemoFollower0000000099",
            .bytes(
                #"{"total":100,"count":1,"data":{"openid":["ohK2suDemoFollower0000000100"]},"next_openid":"ohK2suDemoFollower0000000100"}"#
            )),
        call(
            "followers after an openid never seen", "GET",
            path("user/get") + "&next_openid=ocYxcuNobody0000000000000001",
            invalidOpenID),
        call("followers by POST", "POST", path("user/get"), .refused(43001, "require GET method", .gateway)),

        call(
            "the profile of a follower who left", "GET",
            path("user/info") + "&openid=ocYxcuDemoLeft00000000000001&lang=zh_CN",
            .bytes(#"{"subscribe":0,"openid":"ocYxcuDemoLeft00000000000001"}"#)),
        call(
            "the profile of an openid never seen", "GET", path("user/info") + "&openid=ocYxcuNobody0000000000000001",
            invalidOpenID),
        call(
            "the profile of another account's follower", "GET",
            path("user/info") + "&openid=ohK2suDemoFollower0000000001", anothers),
        call("the profile without an openid", "GET", path("user/info"), invalidOpenID),
        post(
            "profiles of followers who left",
            #"{"user_list":[{"openid":"ocYxcuDemoLeft00000000000001","lang":"zh_CN"},{"openid":"ocYxcuDemoLeft00000000000001"}]}"#,
            .bytes(
                #"{"user_info_list":[{"subscribe":0,"openid":"ocYxcuDemoLeft00000000000001"},{"subscribe":0,"openid":"ocYxcuDemoLeft00000000000001"}]}"#
            ), to: path("user/info/batchget")),
        post("profiles of an empty list", #"{"user_list":[]}"#, listSize, to: path("user/info/batchget")),
        post(
            "profiles of 101 openids",
            #"{"user_list":["#
                + repeatElement(#"{"openid":"ocYxcuDemoLeft00000000000001"}"#, count: 101).joined(separator: ",")
                + "]}", listSize, to: path("user/info/batchget")),
        post(
            "profiles with an object without an openid", #"{"user_list":[{}]}"#, formatError,
            to: path("user/info/batchget")),
        post(
            "profiles with texts instead of objects", #"{"user_list":["ocYxcuDemoLeft00000000000001"]}"#, formatError,
            to: path("user/info/batchget")),

        post(
            "a remark of 31 bytes",
            #"{"openid":"ocYxcuDemoFollower0000000001","remark":"0123456789012345678901234567890"}"#,
            .refused(40092, "invalid remark name", .service), to: path("user/info/updateremark")),
        post(
            "a remark about a follower who left", #"{"openid":"ocYxcuDemoLeft00000000000001","remark":"x"}"#,
            .refused(43004, "require subscribe", .service), to: path("user/info/updateremark")),
        post("a remark without an openid", #"{"remark":"x"}"#, invalidOpenID, to: path("user/info/updateremark")),
        post(
            "a remark that is a number", #"{"openid":"ocYxcuDemoFollower0000000001","remark":1}"#, formatError,
            to: path("user/info/updateremark")),
        post(
            "removing a remark that was never set", #"{"openid":"ocYxcuDemoFollower0000000001","remark":""}"#, ok,
            to: path("user/info/updateremark")),
    ]

    static let quotaCases: [WireCase] = [
        post(
            "the quota of an unknown path", #"{"cgi_path":"/cgi-bin/nothing"}"#,
            .refused(76021, "cgi_path not found, please check", .gateway), to: path("openapi/quota/get")),
        post(
            "the quota of a path with a host", #"{"cgi_path":"https://api.weixin.qq.com/cgi-bin/tags/get"}"#,
            .refused(76021, "cgi_path not found, please check", .gateway), to: path("openapi/quota/get")),
        post(
            "the quota without a path", "{}", .refused(76021, "cgi_path not found, please check", .gateway),
            to: path("openapi/quota/get")),
        post("the quota without a body", "", emptyBody, to: path("openapi/quota/get")),
        post(
            "clearing the quota of an unknown path", #"{"cgi_path":"tags/get"}"#,
            .refused(76021, "cgi_path not found, please check", .gateway), to: path("openapi/quota/clear")),
        post(
            "the quota of a call the account may not make", #"{"cgi_path":"/cgi-bin/tags/get"}"#,
            .refused(76022, "could not use this cgi_path,no permission", .gateway),
            to: path("openapi/quota/get", "uncertified")),
        post(
            "clearing the quota of a call the account may not make", #"{"cgi_path":"/cgi-bin/tags/get"}"#,
            .refused(76022, "could not use this cgi_path,no permission", .gateway),
            to: path("openapi/quota/clear", "uncertified")),
        post(
            "clearing a quota by secret, for an unknown account", #"{"appid":"wxnobody","appsecret":"x"}"#,
            .refused(40013, "invalid appid", .gateway), to: "/cgi-bin/clear_quota/v2"),
        post(
            "clearing another account's quota", #"{"appid":"wx7b9e13d5f0a2c486"}"#,
            .refused(40013, "invalid appid", .gateway), to: path("clear_quota")),
        post(
            "clearing quotas without an appid", "{}", .refused(40013, "invalid appid", .gateway),
            to: path("clear_quota")),
        post(
            "clearing a quota by secret, without an appid", "{}", .refused(41002, "appid missing", .gateway),
            to: "/cgi-bin/clear_quota/v2"),
        post(
            "clearing a quota by secret, without the secret", #"{"appid":"wx5ad0c4e6b81f2793"}"#,
            .refused(41004, "appsecret missing", .gateway), to: "/cgi-bin/clear_quota/v2"),
        post(
            "clearing a quota by a wrong secret", #"{"appid":"wx5ad0c4e6b81f2793","appsecret":"x"}"#,
            .refused(40125, "invalid appsecret", .gateway), to: "/cgi-bin/clear_quota/v2"),
    ]
}
