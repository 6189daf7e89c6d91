import TaglineServer

extension WireTable {
    private static func followers(_ numbers: some Sequence<Int>) -> String {
        "[" + numbers.map { "\"\(DemoWorld.follower($0, prefix: "ocYxcu"))\"" }.joined(separator: ",") + "]"
    }

    static let taggingCases: [WireCase] = [
        tagging("the documented example", documented, ok),
        tagging("one openid fifty times", followers(repeatElement(1, count: 50)), ok),
        tagging("fifty openids", followers(1...50), ok),
        tagging("fifty-one openids", followers(1...51), listSize),
        tagging("ten thousand openids", followers(1...10_000), listSize),
        tagging("an empty list", "[]", listSize),
        post("no list", #"{"tagid":134}"#, listSize),
        post("a misspelt list", #"{"openids":\#(one),"tagid":134}"#, listSize),
        post("an empty object", "{}", listSize),

        post("no tag", #"{"openid_list":\#(one)}"#, invalidTag),
        post("a misspelt tag", #"{"openid_list":\#(one),"tagId":134}"#, invalidTag),
        tagging("an unknown tag", one, tag: "4711", invalidTag),
        tagging("tag 0", one, tag: "0", invalidTag),
        tagging("tag 1", one, tag: "1", invalidTag),
        tagging("the starred tag", followers([7]), tag: "2", ok),
        tagging("a negative tag", one, tag: "-1", invalidTag),
        tagging("a tag of 2^63", one, tag: "9223372036854775808", invalidTag),
        tagging("a tag of -2^63-1", one, tag: "-9223372036854775809", invalidTag),
        tagging("a tag in exponent notation", one, tag: "1e3", invalidTag),
        tagging("a whole tag in exponent notation", one, tag: "1.34e2", ok),
        tagging("a tag with a fraction of zero", one, tag: "134.0", ok),
        tagging("a tag as a string", one, tag: #""134""#, ok),
        tagging("a tag as a string that is no number", one, tag: #""guangdong""#, formatError),
        tagging("a tag with a fraction", one, tag: "134.5", formatError),
        tagging("a tag above the largest double", one, tag: "1e400", formatError),
        tagging("a tag of null", one, tag: "null", invalidTag),
        tagging("a tag of true", one, tag: "true", formatError),
        tagging("a tag as an object", one, tag: "{}", formatError),

        tagging("an openid of 27 characters", #"["ocYxcuAEy30bX0NXmGn4ypqx3tI"]"#, invalidOpenID),
        tagging("an openid of 29 characters", #"["ocYxcuAEy30bX0NXmGn4ypqx3tI00"]"#, invalidOpenID),
        tagging("an openid with a space", #"["ocYxcuAEy30bX0N mGn4ypqx3tI0"]"#, invalidOpenID),
        tagging("an openid with a space after it", #"["ocYxcuAEy30bX0NXmGn4ypqx3tI0 "]"#, invalidOpenID),
        tagging("an openid with a NUL", #"["ocYxcuAEy30bX0N\u0000mGn4ypqx3tI0"]"#, invalidOpenID),
        tagging("an openid that is not ASCII", #"["ocYxcuAEy30bX0N粤Gn4ypqx3t"]"#, invalidOpenID),
        tagging("an empty openid", #"[""]"#, invalidOpenID),
        tagging("an openid never seen", #"["ocYxcuNobody0000000000000001"]"#, invalidOpenID),
        tagging("a follower who left", #"["ocYxcuDemoLeft00000000000001"]"#, invalidOpenID),
        tagging(
            "one bad openid among good ones", #"["ocYxcuAEy30bX0NXmGn4ypqx3tI0","ocYxcuNobody0000000000000001"]"#,
            invalidOpenID),
        tagging(
            "an openid of another account", #"["ohK2suDemoFollower0000000001"]"#,
            .refused(49003, "not match openid with appid", .service)),
        tagging(
            "a follower with twenty tags", followers([1000]),
            .refused(45059, "can not tagging one user too much", .service)),
        tagging(
            "a follower with twenty tags among others", followers([5, 1000]),
            .refused(45059, "can not tagging one user too much", .service)),
        tagging("a follower with twenty tags gets one of them again", followers([1000]), tag: "100", ok),
        tagging("the size is judged before the tag", "[]", tag: "4711", listSize),
        tagging("the tag is judged before the openids", #"["nonsense"]"#, tag: "4711", invalidTag),
    ]

    static let bodyCases: [WireCase] = [
        post("no body", "", .refused(44002, "empty post data", .service)),
        post("null", "null", formatError),
        post("an array", "[]", formatError),
        post("a string", #""x""#, formatError),
        post("truncated JSON", #"{"openid_list":["ocYxcuAEy30bX"#, formatError),
        post("form data", "openid_list=ocYxcuAEy30bX0NXmGn4ypqx3tI0&tagid=134", formatError),
        tagging("a comma too many in the list", #"["ocYxcuAEy30bX0NXmGn4ypqx3tI0",]"#, formatError),
        post("a comma too many at the end", "{\"openid_list\":\(one),\"tagid\":134,}", formatError),
        post("a tab inside a string", "{\"openid_list\":\(one),\"tagid\":134,\"x\":\"\t\"}", formatError),
        post("a number with a leading zero", "{\"openid_list\":\(one),\"tagid\":0134}", formatError),
        post("a key without quotes", "{openid_list:\(one),\"tagid\":134}", formatError),
        post("a comment", "{\"openid_list\":\(one),\"tagid\":134}//", formatError),
        WireCase(
            description: "UTF-16",
            request: WireRequest(
                "POST", batchTagging,
                body: "{\"openid_list\":\(one),\"tagid\":134}".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }),
            answer: formatError),
        tagging("a tag as a string with a sign", one, tag: #""+134""#, formatError),
        tagging("a tag as a string past 64 bits", one, tag: #""99999999999999999999""#, invalidTag),
        post("a byte-order mark", "\u{FEFF}{\"openid_list\":\(one),\"tagid\":134}", ok),
        post("a newline after the body", "{\"openid_list\":\(one),\"tagid\":134}\n", ok),
        post("something else after the body", "{\"openid_list\":\(one),\"tagid\":134}x", formatError),
        post("keys in the other order", "{\"tagid\":134,\"openid_list\":\(one)}", ok),
        post("unknown keys", "{\"openid_list\":\(one),\"tagid\":134,\"x\":{\"y\":[1,{\"z\":null}]}}", ok),
        post("a key twice: the first counts", "{\"openid_list\":\(one),\"tagid\":134,\"tagid\":4711}", ok),
        post(
            "a key twice: the first counts even if it is wrong",
            "{\"openid_list\":\(one),\"tagid\":4711,\"tagid\":134}", invalidTag),
        post(
            "escapes in keys and values", #"{"openid_list":["\u006fcYxcuAEy30bX0NXmGn4ypqx3tI0"],"\u0074agid":134}"#, ok
        ),
        post("a list that is a string", #"{"openid_list":"ocYxcuAEy30bX0NXmGn4ypqx3tI0","tagid":134}"#, formatError),
        post("a list that is null", #"{"openid_list":null,"tagid":134}"#, listSize),
        post("a list that is an object", #"{"openid_list":{"0":"x"},"tagid":134}"#, formatError),
        tagging("a number in the list", #"["ocYxcuAEy30bX0NXmGn4ypqx3tI0",1]"#, formatError),
        tagging("null in the list", #"["ocYxcuAEy30bX0NXmGn4ypqx3tI0",null]"#, formatError),
        tagging("an object in the list", #"["ocYxcuAEy30bX0NXmGn4ypqx3tI0",{}]"#, formatError),
        post(
            "nesting ten thousand deep", String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000),
            formatError),
        post(
            "nesting ten thousand deep in a key that is ignored",
            "{\"x\":" + String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
                + ",\"openid_list\":\(one),\"tagid\":134}", formatError),
        WireCase(
            description: "bytes that are not UTF-8",
            request: WireRequest(
                "POST", batchTagging,
                body: Array("{\"openid_list\":[\"ocYxcu".utf8) + [0xFF] + Array("\"],\"tagid\":134}".utf8)),
            answer: formatError),
        WireCase(
            description: "a body over the limit",
            request: WireRequest("POST", batchTagging, body: [UInt8](repeating: 0x20, count: (1 << 20) + 1)),
            answer: .refused(45002, "content size out of limit", .service)),
        WireCase(
            description: "a body at the limit",
            request: WireRequest("POST", batchTagging, body: Array("{\"openid_list\":\(one),\"tagid\":134}".utf8))
                .padded(to: 1 << 20),
            answer: ok),
        WireCase(
            description: "another content type",
            request: WireRequest(
                "POST", batchTagging, headers: [("Content-Type", "application/x-www-form-urlencoded")],
                body: Array("{\"openid_list\":\(one),\"tagid\":134}".utf8)),
            answer: ok),
        WireCase(
            description: "a content type of nonsense",
            request: WireRequest(
                "POST", batchTagging, headers: [("Content-Type", "?")],
                body: Array("{\"openid_list\":\(one),\"tagid\":134}".utf8)),
            answer: ok),
    ]

    static let readingCases: [WireCase] = [
        post(
            "the tags of a follower with twenty tags", #"{"openid":"ocYxcuDemoFollower0000001000"}"#,
            .bytes(
                #"{"tagid_list":[100,101,102,103,104,105,106,107,108,109,110,111,112,113,114,115,116,117,118,119]}"#),
            to: "/cgi-bin/tags/getidlist?access_token={service}"),
        post(
            "the tags of a follower without tags", #"{"openid":"ocYxcuDemoFollower0000000999"}"#,
            .bytes(#"{"tagid_list":[]}"#), to: "/cgi-bin/tags/getidlist?access_token={service}"),
        post(
            "the tags of an openid never seen", #"{"openid":"ocYxcuNobody0000000000000001"}"#, invalidOpenID,
            to: "/cgi-bin/tags/getidlist?access_token={service}"),
        post(
            "the tags of a malformed openid", #"{"openid":"nonsense"}"#, invalidOpenID,
            to: "/cgi-bin/tags/getidlist?access_token={service}"),
        post("the tags without an openid", "{}", invalidOpenID, to: "/cgi-bin/tags/getidlist?access_token={service}"),
        post(
            "the tags with a stray tagid, as one SDK sends it",
            "{\"openid\":\"ocYxcuDemoFollower0000000999\",\"tagid\":0}\n", .bytes(#"{"tagid_list":[]}"#),
            to: "/cgi-bin/tags/getidlist?access_token={service}"),
        post(
            "the followers of a tag", #"{"tagid":119,"next_openid":""}"#,
            .bytes(
                #"{"count":1,"data":{"openid":["ocYxcuDemoFollower0000001000"]},"next_openid":"ocYxcuDemoFollower0000001000"}"#
            ), to: "/cgi-bin/user/tag/get?access_token={service}"),
        post(
            "the followers of a tag, no next_openid", #"{"tagid":119}"#,
            .bytes(
                #"{"count":1,"data":{"openid":["ocYxcuDemoFollower0000001000"]},"next_openid":"ocYxcuDemoFollower0000001000"}"#
            ), to: "/cgi-bin/user/tag/get?access_token={service}"),
        post(
            "the followers of a tag, next_openid null", #"{"tagid":120,"next_openid":null}"#, .bytes(#"{"count":0}"#),
            to: "/cgi-bin/user/tag/get?access_token={service}"),
        post(
            "the followers of a tag after its last one", #"{"tagid":119,"next_openid":"ocYxcuDemoFollower0000001000"}"#,
            .bytes(#"{"count":0}"#), to: "/cgi-bin/user/tag/get?access_token={service}"),
        post(
            "the followers of an unknown tag", #"{"tagid":4711}"#, invalidTag,
            to: "/cgi-bin/user/tag/get?access_token={service}"),
        post("the followers without a tag id", "{}", invalidTag, to: "/cgi-bin/user/tag/get?access_token={service}"),
        post(
            "the followers of a tag after an openid never seen",
            #"{"tagid":119,"next_openid":"ocYxcuNobody0000000000000001"}"#, invalidOpenID,
            to: "/cgi-bin/user/tag/get?access_token={service}"),
        call(
            "the tags of the subscription account", "GET", "/cgi-bin/tags/get?access_token={subscription}",
            .bytes(#"{"tags":[{"id":2,"name":"星标组","count":0},{"id":100,"name":"读者","count":0}]}"#)),
        call(
            "the same token twice", "GET",
            "/cgi-bin/tags/get?access_token={subscription}&access_token={subscription}",
            .bytes(#"{"tags":[{"id":2,"name":"星标组","count":0},{"id":100,"name":"读者","count":0}]}"#)),
        call(
            "a token with percent escapes", "GET", "/cgi-bin/tags/get?access_token={subscription-escaped}",
            .bytes(#"{"tags":[{"id":2,"name":"星标组","count":0},{"id":100,"name":"读者","count":0}]}"#)),
        call(
            "an unknown parameter", "GET", "/cgi-bin/tags/get?lang=zh_CN&access_token={subscription}",
            .bytes(#"{"tags":[{"id":2,"name":"星标组","count":0},{"id":100,"name":"读者","count":0}]}"#)),
    ]
}

extension WireRequest {
    /// Returns the request with blanks after its body, so that the body has `size` bytes.
    fileprivate func padded(to size: Int) -> WireRequest {
        var padded = self
        padded.body += [UInt8](repeating: UInt8(ascii: " "), count: size - body.count)
        return padded
    }
}
