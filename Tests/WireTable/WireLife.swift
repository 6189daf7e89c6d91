import Foundation

/// Makes calls that create, use and delete tags. Each answer depends on the calls before it.
public enum WireLife {
    private static let openIDs = #"["ocYxcuDemoFollower0000000801","ocYxcuDemoFollower0000000802"]"#
    private static let second = "ocYxcuDemoFollower0000000802"

    /// Each step has the path and the body of a call, and the answer that the server must give. In an answer, `{time}`
    /// means any number.
    private static let steps: [(path: String, body: String?, answer: String)] = [
        ("tags/create", #"{"tag":{"name":"一次"}}"#, #"{"tag":{"id":135,"name":"一次"}}"#),
        ("tags/create", #"{"tag":{"name":"再\u6b21"}}"#, #"{"tag":{"id":136,"name":"再次"}}"#),
        ("tags/members/batchtagging", #"{"openid_list":\#(openIDs),"tagid":135}"#, ok),
        ("tags/members/batchuntagging", #"{"openid_list":["ocYxcuDemoFollower0000000801"],"tagid":135}"#, ok),
        (
            "user/tag/get", #"{"tagid":135}"#,
            #"{"count":1,"data":{"openid":["\#(second)"]},"next_openid":"\#(second)"}"#
        ),
        ("tags/update", #"{"tag":{"id":135,"name":"改名"}}"#, ok),
        ("user/info/updateremark", #"{"openid":"\#(second)","remark":"备注"}"#, ok),
        ("user/info&openid=\(second)", nil, profile(tags: "135")),
        (
            "user/info/batchget", #"{"user_list":[{"openid":"\#(second)"}]}"#,
            #"{"user_info_list":[\#(profile(tags: "135"))]}"#
        ),
        ("tags/members/batchblacklist", #"{"openid_list":["\#(second)"]}"#, ok),
        (
            "tags/members/getblacklist", #"{"begin_openid":""}"#,
            #"{"total":1,"count":1,"data":{"openid":["\#(second)"]},"next_openid":"\#(second)"}"#
        ),
        ("tags/members/batchunblacklist", #"{"openid_list":["\#(second)"]}"#, ok),
        ("tags/members/getblacklist", "{}", #"{"total":0,"count":0,"next_openid":""}"#),
        ("tags/delete", #"{"tag":{"id":135}}"#, ok),
        ("user/info&openid=\(second)", nil, profile(tags: "")),
        ("tags/delete", #"{"tag":{"id":136}}"#, ok),
        ("tags/create", #"{"tag":{"name":"一次"}}"#, #"{"tag":{"id":137,"name":"一次"}}"#),
        ("tags/delete", #"{"tag":{"id":137}}"#, ok),
    ]

    private static let ok = #"{"errcode":0,"errmsg":"ok"}"#

    private static func profile(tags: String) -> String {
        #"{"subscribe":1,"openid":"\#(second)","nickname":"","sex":0,"language":"zh_CN","city":"","province":"","country":"","#
            + #""headimgurl":"","subscribe_time":{time},"remark":"备注","groupid":0,"tagid_list":[\#(tags)],"#
            + #""subscribe_scene":"ADD_SCENE_OTHERS","qr_scene":0,"qr_scene_str":""}"#
    }

    /// Makes all calls once, on a host with a fresh demo world. Throws ``WireMismatch`` at the first wrong answer.
    public static func live(on run: WireRun) async throws {
        for (number, step) in steps.enumerated() {
            let parts = step.path.split(separator: "&", maxSplits: 1)
            let path = "/cgi-bin/\(parts[0])?access_token={service}" + (parts.count > 1 ? "&\(parts[1])" : "")
            let request = WireRequest(step.body == nil ? "GET" : "POST", path, body: Array((step.body ?? "").utf8))
            let answer = try await run.send(request).text.replacingOccurrences(
                of: #""subscribe_time":\d+"#, with: #""subscribe_time":{time}"#, options: .regularExpression)
            guard answer == step.answer else {
                throw WireMismatch("step \(number), \(step.path) \(step.body ?? ""): \(answer)")
            }
        }
    }
}
