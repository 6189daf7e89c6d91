import AdminAPI
import OfficialAccount

/// A fault with a name, which callers also meet on the real platform.
public struct FaultScenario: Sendable {
    /// The name of the scenario and of its rule.
    public let name: String
    /// A sentence that describes the fault.
    public let summary: String
    /// The rule of the scenario.
    ///
    /// A caller can limit the calls to which the rule applies.
    public let rule: FaultRule

    private init(_ name: String, _ summary: String, _ action: FaultRule.Action, _ change: (inout FaultRule) -> Void) {
        self.name = name
        self.summary = summary
        var rule = FaultRule(name: name, action: action)
        change(&rule)
        self.rule = rule
    }

    public static func named(_ name: String) -> FaultScenario? { all.first { $0.name == name } }

    private static let tagging = [BatchTagging.endpoint.path, BatchUntagging.endpoint.path]
    private static let withToken = ["/cgi-bin/tags/*", "/cgi-bin/user/*"]
    private static let tokenCalls = [GetAccessToken.endpoint.path, GetStableAccessToken.endpoint.path]

    public static let all = [
        FaultScenario(
            "lost-answer", "The third tagging is carried out, and its answer is lost with the connection.",
            action(at: .answer, connection: .close)
        ) {
            $0.match.path = tagging
            $0.skip = 2
            $0.times = 1
        },
        FaultScenario(
            "partial-batch", "Three openids of a batch fail with 45171, and the others are applied; twice.",
            action(at: .answer) { $0.failOpenIDs = 3 }
        ) {
            $0.match.path = tagging
            $0.times = 2
        },
        FaultScenario(
            "ghost-tag", "A call that names an existing tag is answered 45159; twice.", action(at: .refusal, 45159)
        ) {
            $0.match.path = tagging
            $0.times = 2
        },
        FaultScenario(
            "busy-openid", "Another call is changing the same follower: 45169; twice.", action(at: .refusal, 45169)
        ) {
            $0.match.path = tagging
            $0.times = 2
        },
        FaultScenario(
            "token-stolen",
            "Another program has fetched a token: from the third call on, the old token gets 40001; a new token works.",
            action(at: .arrival, 40001)
        ) {
            $0.match.path = withToken
            $0.skip = 2
            $0.times = 1
        },
        FaultScenario(
            "token-late", "The token expires in the middle of the work, earlier than it should: 42001; once.",
            action(at: .arrival, 42001)
        ) {
            $0.match.path = withToken
            $0.skip = 2
            $0.times = 1
        },
        FaultScenario(
            "quota-soon", "After five taggings the daily quota is used up: 45009.", action(at: .refusal, 45009)
        ) {
            $0.match.path = tagging
            $0.skip = 5
        },
        FaultScenario(
            "slow-platform", "Every answer is slow: around 300 ms, seldom up to 5 s.",
            action(at: .answer) {
                $0.delay = .spread(
                    median: FaultSpan(.milliseconds(300)), sigma: 0.6, most: FaultSpan(.seconds(5)))
            }
        ) { _ in },
        FaultScenario(
            "system-error", "A quarter of the taggings fail with -1 and are not applied.",
            action(at: .refusal, -1)
        ) {
            $0.match.path = tagging
            $0.chance = 0.25
        },
        FaultScenario(
            "wrong-address",
            "A request for a token gets 40164, because the caller's address is not on the account's list.",
            action(at: .refusal, 40164)
        ) { $0.match.path = tokenCalls },
        FaultScenario(
            "cut-answer", "The third tagging is carried out, and its answer breaks off in the middle.",
            action(at: .answer, connection: .close) {
                $0.send = FaultRule.Pieces(bytes: 40, every: FaultSpan(.milliseconds(10)), stopAfter: 3)
            }
        ) {
            $0.match.path = tagging
            $0.skip = 2
            $0.times = 1
        },
        FaultScenario(
            "text-plain", "JSON comes with the content type text/plain.",
            action(at: .answer) { $0.contentType = "text/plain" }
        ) { _ in },
    ]

    private static func action(
        at stage: FaultRule.Stage, _ errcode: Int? = nil, connection: FaultRule.Connection = .keep,
        _ change: (inout FaultRule.Action) -> Void = { _ in }
    ) -> FaultRule.Action {
        var action = FaultRule.Action(at: stage, connection: connection)
        action.errcode = errcode
        change(&action)
        return action
    }
}
