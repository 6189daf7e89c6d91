import AdminAPI
import OfficialAccount

extension FaultRule.Action {
    /// The number of openids that fail with 45171; nil for none. The errcode 45171 alone stands for one openid.
    var failingCount: Int? { failOpenIDs ?? (errcode == ErrorCode.someOpenIDsFailed.rawValue ? 1 : nil) }

    /// The member that asks for failing openids, for a sentence.
    var failingMember: String { failOpenIDs == nil ? ErrorCode.someOpenIDsFailed.description : "fail_openids" }

    /// Whether the fault gives another answer than the true one, instead of only changing how it is sent.
    var replacesAnswer: Bool { errcode != nil || failingCount != nil }

    /// Whether only the end of the call decides if the fault fires. The server may refuse such a call by itself.
    var firesAtEnd: Bool { failingCount != nil || (errcode != nil && at == .answer) }

    /// Whether the fault refuses the token of the call. The platform then refuses the same token for good.
    var refusesToken: Bool {
        errcode.map { [ErrorCode.invalidCredential, ErrorCode(40014), .accessTokenExpired].contains(ErrorCode($0)) }
            ?? false
    }
}
