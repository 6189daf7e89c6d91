import AdminAPI
import NIOCore
import OfficialAccount

/// A call as fault rules see it. The call's subject is read once, and only if a rule needs it.
struct FaultCall {
    let path: String
    let account: String?
    let via: CallRecord.Via
    private let target: RequestTarget
    private let body: ByteBuffer
    private(set) lazy var subject = CallSubject(target, body)

    init(_ request: APIRequest, account: String?, via: CallRecord.Via) {
        path = request.target.path
        self.account = account
        self.via = via
        target = request.target
        body = request.body.buffer
    }
}

/// Decides whether a rule applies to a call.
enum FaultMatch {
    /// The paths of the calls whose openids can fail one by one.
    static let tagging = [BatchTagging.endpoint.path, BatchUntagging.endpoint.path]

    /// Returns the path that `text` names. The text is a whole path, the last part of a path, the name of a call, or
    /// the beginning of a path and `*`. Returns nil if no call has such a path.
    static func path(_ text: String) -> String? {
        if text.hasSuffix("*") {
            return Endpoint.all.contains { $0.path.hasPrefix(text.dropLast()) } ? text : nil
        }
        let known = Endpoint.all.first {
            $0.path == text || (!text.contains("/") && ($0.path.hasSuffix("/" + text) || $0.name == text))
        }
        return known?.path
    }

    static func isPath(_ path: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? path.utf8.starts(with: pattern.utf8.dropLast()) : path.hasSameBytes(as: pattern)
    }

    static func matches(_ rule: FaultRule, _ call: inout FaultCall) -> Bool {
        let match = rule.match
        if let paths = match.path, !paths.contains(where: { isPath(call.path, $0) }) { return false }
        if rule.action.failingCount != nil, !tagging.contains(call.path) { return false }
        if let appid = match.appid, call.account?.hasSameBytes(as: appid) != true { return false }
        if let via = match.via, call.via != via { return false }
        if let tag = match.tag, call.subject.tag != tag { return false }
        if let openid = match.openid, !call.subject.openIDs.contains(where: openid.hasSameBytes) { return false }
        return true
    }
}
