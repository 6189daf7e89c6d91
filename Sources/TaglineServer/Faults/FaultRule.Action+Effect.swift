import AdminAPI
import OfficialAccount

extension FaultRule.Action {
    /// The number of openids that fail with 45171; nil if the fault makes no openid fail. The errcode 45171 without
    /// `fail_openids` makes one openid fail.
    var failingCount: Int? { failOpenIDs ?? (errcode == ErrorCode.someOpenIDsFailed.rawValue ? 1 : nil) }

    /// What makes openids fail, for an error message: `fail_openids` or the errcode 45171.
    var failingMember: String { failOpenIDs == nil ? ErrorCode.someOpenIDsFailed.description : "fail_openids" }

    /// Whether the fault replaces the true answer, instead of only changing how the server sends it.
    var replacesAnswer: Bool { errcode != nil || failingCount != nil }

    /// Whether the server learns only at the end of the call whether the fault fires.
    ///
    /// Before the end, the server may refuse the call for another reason, and then the fault does not fire.
    var firesAtEnd: Bool { failingCount != nil || (errcode != nil && at == .answer) }

    /// Whether the fault refuses the token of the call. After such a refusal, the platform never accepts the token
    /// again.
    var refusesToken: Bool {
        errcode.map { [ErrorCode.invalidCredential, ErrorCode(40014), .accessTokenExpired].contains(ErrorCode($0)) }
            ?? false
    }
}
