import AdminAPI
import NIOCore
import OfficialAccount

/// The parts of a call that fault rules compare. This type reads the call's subject only one time, and only if a rule
/// needs the subject.
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
    /// The paths of the calls in which single openids can fail.
    static let tagging = [BatchTagging.endpoint.path, BatchUntagging.endpoint.path]

    /// Returns the paths that `text` names. The text is a whole path, the last parts of a path, the name of a call, or
    /// the beginning of several paths followed by a `*`. If the text ends with `*`, returns the text itself. Returns an
    /// empty list if `text` matches no call of the API.
    static func paths(_ text: String) -> [String] {
        if text.hasSuffix("*") {
            return Endpoint.all.contains { $0.path.hasPrefix(text.dropLast()) } ? [text] : []
        }
        let named = Endpoint.all.filter { $0.name == text || CallFilter.isNamed($0.path, text) }
        return Set(named.map(\.path)).sorted()
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
