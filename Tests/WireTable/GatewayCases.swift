extension WireTable {
    static let gatewayCases: [WireCase] = [
        call("no token", "GET", "/cgi-bin/tags/get", missingToken),
        call("an empty token", "GET", "/cgi-bin/tags/get?access_token=", missingToken),
        call("a token that was never issued", "GET", "/cgi-bin/tags/get?access_token=82_never", invalidToken),
        call("a token of one character", "GET", "/cgi-bin/tags/get?access_token=2", invalidToken),
        call("two tokens that differ", "GET", "/cgi-bin/tags/get?access_token={service}&access_token=2", invalidToken),
        call(
            "two tokens that differ, the bad one first", "GET",
            "/cgi-bin/tags/get?access_token=2&access_token={service}", invalidToken),
        WireCase(
            description: "a token in a header",
            request: WireRequest(
                "GET", "/cgi-bin/tags/get", headers: [("Authorization", "Bearer {service}")]), answer: missingToken),
        call(
            "an account that is not certified", "GET", "/cgi-bin/tags/get?access_token={uncertified}",
            .refused(48001, "api unauthorized", .gateway)),
        post(
            "a tagging of an account that is not certified", #"{"openid_list":\#(one),"tagid":134}"#,
            .refused(48001, "api unauthorized", .gateway),
            to: "/cgi-bin/tags/members/batchtagging?access_token={uncertified}"),
        call(
            "an unknown path", "GET", "/cgi-bin/tags/nothing?access_token={service}",
            .refused(40066, "invalid url", .gateway)),
        call("the root", "GET", "/", .refused(40066, "invalid url", .gateway)),
        call(
            "a slash at the end", "GET", "/cgi-bin/tags/get/?access_token={service}",
            .refused(40066, "invalid url", .gateway)),
        call("GET on a POST call", "GET", batchTagging, .refused(43002, "require POST method", .gateway)),
        call("PUT on a POST call", "PUT", batchTagging, .refused(43002, "require POST method", .gateway)),
        call("DELETE on a POST call", "DELETE", batchTagging, .refused(43002, "require POST method", .gateway)),
        call("OPTIONS on a POST call", "OPTIONS", batchTagging, .refused(43002, "require POST method", .gateway)),
        call("HEAD on a POST call", "HEAD", batchTagging, .empty),
        call(
            "POST on a GET call", "POST", "/cgi-bin/tags/get?access_token={service}",
            .refused(43001, "require GET method", .gateway)),
        call("POST on token", "POST", "/cgi-bin/token", .refused(43001, "require GET method", .gateway)),
        call(
            "the method is judged before the token", "GET", "/cgi-bin/tags/members/batchtagging",
            .refused(43002, "require POST method", .gateway)),
        post("the token is judged before the body", "nonsense", missingToken, to: "/cgi-bin/tags/members/batchtagging"),
    ]

    static let credentialCases: [WireCase] = [
        call("a token without parameters", "GET", "/cgi-bin/token", .refused(41002, "appid missing", .gateway)),
        call(
            "a token without a secret", "GET", "/cgi-bin/token?grant_type=client_credential&appid=wx5ad0c4e6b81f2793",
            .refused(41004, "appsecret missing", .gateway)),
        call(
            "a token without grant_type", "GET", "/cgi-bin/token?appid=wx5ad0c4e6b81f2793&secret=x",
            .refused(40002, "invalid grant_type", .gateway)),
        call(
            "a token for an unknown account", "GET",
            "/cgi-bin/token?grant_type=client_credential&appid=wx0000000000000000&secret=x",
            .refused(40013, "invalid appid", .gateway)),
        call(
            "a token for an appid in capitals", "GET",
            "/cgi-bin/token?grant_type=client_credential&appid=WX5AD0C4E6B81F2793&secret=0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            .refused(40013, "invalid appid", .gateway)),
        call(
            "a token for a wrong secret", "GET",
            "/cgi-bin/token?grant_type=client_credential&appid=wx5ad0c4e6b81f2793&secret=0f1e2d3c4b5a69788796a5b4c3d2e1f1",
            .refused(40125, "invalid appsecret", .gateway)),
        call("stable_token by GET", "GET", "/cgi-bin/stable_token", .refused(43002, "require POST method", .gateway)),
        call(
            "stable_token with its parameters in the query", "POST",
            "/cgi-bin/stable_token?grant_type=client_credential&appid=wx5ad0c4e6b81f2793&secret=x",
            .refused(41002, "appid missing", .gateway)),
        post("stable_token that is not JSON", "grant_type=client_credential", formatError, to: "/cgi-bin/stable_token"),
        post(
            "stable_token with force_refresh as text",
            #"{"grant_type":"client_credential","appid":"a","secret":"b","force_refresh":"true"}"#, formatError,
            to: "/cgi-bin/stable_token"),
        post(
            "stable_token without a secret", #"{"grant_type":"client_credential","appid":"wx5ad0c4e6b81f2793"}"#,
            .refused(41004, "appsecret missing", .gateway), to: "/cgi-bin/stable_token"),
        post(
            "stable_token with another grant_type", #"{"grant_type":"code","appid":"wx5ad0c4e6b81f2793","secret":"x"}"#,
            .refused(40002, "invalid grant_type", .gateway), to: "/cgi-bin/stable_token"),
        post(
            "stable_token for an unknown account", #"{"grant_type":"client_credential","appid":"wx0","secret":"x"}"#,
            .refused(40013, "invalid appid", .gateway), to: "/cgi-bin/stable_token"),
        post(
            "stable_token for a wrong secret",
            #"{"grant_type":"client_credential","appid":"wx5ad0c4e6b81f2793","secret":"x"}"#,
            .refused(40125, "invalid appsecret", .gateway), to: "/cgi-bin/stable_token"),
    ]
}
