import AdminAPI
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore

/// A call as it was, before anybody wants to read it: nothing is formatted, masked or copied but what is too long.
final class CallEntry: Sendable {
    /// Bytes of a body that are kept.
    static let longestBody = 16 * 1024

    let request: APIRequest
    let response: APIResponse
    let code: ErrorCode
    let rid: RequestID?
    /// Whose call it was, and what hides its secret.
    let account: AppID?
    let secret: Fingerprint?
    let via: CallRecord.Via
    let platform: AppID?
    let fault: String?
    let time: UnixTime
    let duration: Duration
    let address: String?
    /// Whether queries and bodies are kept.
    let hasContent: Bool
    /// About as many as the entry keeps in memory.
    let bytes: Int
    private let isCut: Bool

    init(
        _ request: APIRequest, _ response: APIResponse, code: ErrorCode, rid: RequestID?, _ trace: CallTrace,
        at time: UnixTime, in duration: Duration, address: String?, keeping detail: CallJournal.Detail
    ) {
        var request = request
        var response = response
        hasContent = detail == .everything
        if hasContent {
            isCut =
                request.body.buffer.readableBytes > Self.longestBody
                || response.body.readableBytes > Self.longestBody
            request.body = CallBody(buffer: Self.kept(request.body.buffer))
            response.body = Self.kept(response.body)
        } else {
            isCut = false
            request = request.withoutContent
            response.body = ByteBuffer()
        }
        self.request = request
        self.response = response
        self.code = code
        self.rid = rid
        account = trace.caller?.appID
        secret = trace.caller?.account.secret
        via = trace.via
        platform = trace.platform
        fault = trace.fault?.name
        self.time = time
        self.duration = duration
        self.address = address
        bytes = 1024 + request.body.buffer.storageCapacity + response.body.storageCapacity
    }

    /// A short body is kept with the memory it came in.
    private static func kept(_ buffer: ByteBuffer) -> ByteBuffer {
        guard buffer.storageCapacity > longestBody else { return buffer }
        return ByteBuffer(bytes: buffer.readableBytesView.prefix(longestBody))
    }

    /// What the call is about; nothing where no content is kept.
    var subject: CallSubject { CallSubject(request.target, request.body.buffer) }

    /// The account, as far as the call tells.
    func accountName(_ subject: CallSubject) -> String? { account?.rawValue ?? subject.appID }

    /// The call for a reader, with its secrets masked. It takes long beside a call, and is done only for those who
    /// read.
    func record(number: Int) -> CallRecord {
        let subject = subject
        var record = CallRecord(
            number: number, time: time.seconds, via: via, method: request.method.rawValue,
            path: String(request.target.path.prefix(512)), errcode: code.rawValue,
            milliseconds: ((duration / .milliseconds(1)) * 1000).rounded() / 1000)
        var mask = SecretMask(secret: secret ?? .zero)
        let query = request.target.query
        let body = String(buffer: request.body.buffer)
        let answer = String(buffer: response.body)
        for text in [query, body, answer] { mask.learn(text) }
        record.account = accountName(subject).map { mask.applied(to: $0) }
        record.platform = platform?.rawValue ?? subject.componentAppID
        record.path = mask.applied(to: record.path)
        record.reason = response[APIResponse.reason].map { mask.applied(to: $0) }
        record.rid = rid?.description
        record.address = address
        record.userAgent = header("user-agent").map { mask.applied(to: $0) }
        record.traceparent = header("traceparent")
        record.fault = fault
        guard hasContent else { return record }
        record.tag = subject.tag
        record.openIDCount = subject.openIDs.count
        record.openIDs = subject.openIDs
        record.query = mask.applied(to: query)
        record.request = mask.applied(to: body)
        record.answer = mask.applied(to: answer)
        if isCut { record.isCut = true }
        return record
    }

    /// The path of the call and its account, masked as in ``record(number:)``.
    var outline: (path: String, account: String?) {
        let path = request.target.path
        if let account, Self.knownPaths.contains(path) { return (path, account.rawValue) }
        var mask = SecretMask(secret: secret ?? .zero)
        let named = account == nil ? subject.appID : nil
        if account == nil { mask.learn(request.target.query) }
        return (mask.applied(to: String(path.prefix(512))), account?.rawValue ?? named.map { mask.applied(to: $0) })
    }

    private static let knownPaths = Set(Endpoint.all.map(\.path))

    private func header(_ name: String) -> String? {
        request.headers.first(name: name).map { String($0.prefix(512)) }
    }
}

extension APIRequest {
    /// The request without query and body, and with no header but those that say who called.
    fileprivate var withoutContent: APIRequest {
        var outline = APIRequest(method: method, target: target.path)
        for name in ["user-agent", "traceparent"] {
            if let value = headers.first(name: name) { outline.headers.add(name: name, value: value) }
        }
        return outline
    }
}
