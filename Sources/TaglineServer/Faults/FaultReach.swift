import AdminAPI
import NIOCore
import OfficialAccount

/// Decides whether any call of the API can match a rule. The requests of some calls cannot contain a tag or an openid.
enum FaultReach {
    /// Returns why a rule can never fire; nil if at least one call can match the rule.
    static func objection(to rule: FaultRule) -> String? {
        let calls = Endpoint.all.filter { endpoint in
            rule.match.path?.contains { FaultMatch.isPath(endpoint.path, $0) } ?? true
        }
        let stage = rule.action.at
        if rule.action.failingCount != nil, !calls.contains(where: isTagging) {
            return "\(rule.action.failingMember) is for batchtagging and batchuntagging"
        }
        if rule.match.tag != nil, !calls.contains(where: namesTag) { return "no call to its path can contain a tag" }
        if rule.match.openid != nil, !calls.contains(where: namesOpenID) {
            return "no call to its path can contain an openid"
        }
        if let via = rule.match.via, !calls.contains(where: { isPossible(via, for: $0, at: stage) }) {
            return via == .platform && stage == .arrival
                ? "at arrival the server does not know yet that a third-party platform calls; set at: refusal"
                : "no call to its path comes via \(via.rawValue)"
        }
        let isMet = calls.contains { call in
            (rule.action.failingCount == nil || isTagging(call))
                && (rule.match.tag == nil || namesTag(call))
                && (rule.match.openid == nil || namesOpenID(call))
                && (rule.match.via.map { isPossible($0, for: call, at: stage) } ?? true)
        }
        return isMet ? nil : "no call can match all its conditions"
    }

    private static func isTagging(_ call: Endpoint) -> Bool { FaultMatch.tagging.contains(call.path) }
    private static func namesTag(_ call: Endpoint) -> Bool { subjects[call.path].map { $0.tag != nil } ?? true }
    private static func namesOpenID(_ call: Endpoint) -> Bool {
        subjects[call.path].map { !$0.openIDs.isEmpty } ?? true
    }

    /// Returns whether `call` can come via `via`, as far as the server knows at `stage`.
    private static func isPossible(_ via: CallRecord.Via, for call: Endpoint, at stage: FaultRule.Stage) -> Bool {
        guard stage != .arrival else { return via != .platform }
        switch call.access {
        case .credentials: return via != .platform
        case .account, .certifiedAccount, .accountOrComponent: return true
        case .component, .componentOrAuthorizer: return via == .platform
        }
    }

    // MARK: What requests hold

    /// The tag and the openids that a request can contain, by the path of the call. A call has no entry if
    /// ``subject(of:)`` cannot make a request for it.
    static let subjects: [String: CallSubject] = Dictionary(
        uniqueKeysWithValues: APICalls.all.compactMap { call in subject(of: call).map { (call.endpoint.path, $0) } })

    /// Makes a request that contains a tag and openids in every member that a call can have for them. Returns the tag
    /// and the openids that `call` reads from the request.
    private static func subject<API: APICall>(of call: API.Type) -> CallSubject? {
        let openID = "o" + String(repeating: "A", count: 27)
        let body =
            #"{"tagid":134,"tag":{"id":134,"name":"name"},"openid":"\#(openID)","openid_list":["\#(openID)"],"#
            + #""user_list":[{"openid":"\#(openID)"}]}"#
        let request = try? API.Request(
            query: { $0 == "openid" ? openID : nil }, body: CallBody(buffer: ByteBuffer(string: body)))
        guard let request else { return nil }
        let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        return CallSubject(RequestTarget("\(API.endpoint.path)?\(query)"), ByteBuffer(bytes: request.body))
    }
}
