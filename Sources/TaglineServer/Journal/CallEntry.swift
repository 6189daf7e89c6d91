import AdminAPI
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore

/// A call in the journal. The journal formats and masks the call only when a reader asks for it. The journal copies a
/// body only to shorten it, or if the memory of its buffer is much larger than the body.
///
/// An entry does not change. When the content of a call moves into the spill file, a new entry replaces the old one.
final class CallEntry: Sendable {
    private enum Keeping: Sendable {
        case memory(CallContent)
        case file(SpilledCall)
    }

    /// The account that made the call; nil if the gateway could not assign the call to an account.
    let account: AppID?
    /// The fingerprint of the account's secret, with which masking finds the secret.
    let secret: Fingerprint?
    let via: CallRecord.Via
    let platform: AppID?
    let method: HTTPMethod
    let path: String
    let code: ErrorCode
    let rid: RequestID?
    let fault: String?
    /// Whether the fault rule named `fault` replaced the answer. Other fault rules only change how the server sends an
    /// answer.
    let isAnswerOfFault: Bool
    let time: UnixTime
    let duration: Duration
    let address: String?
    /// The estimated bytes that the entry takes in memory.
    let bytes: Int
    private let keeping: Keeping

    init(
        _ request: APIRequest, _ response: APIResponse, code: ErrorCode, rid: RequestID?, _ trace: CallTrace,
        at time: UnixTime, in duration: Duration, address: String?, keeping detail: CallJournal.Detail
    ) {
        let content = CallContent(request, response, keeping: detail)
        account = trace.caller?.appID
        secret = trace.caller?.account.secret
        via = trace.via
        platform = trace.platform
        method = content.request.method
        path = content.request.target.path
        self.code = code
        self.rid = rid
        fault = trace.fault?.name
        isAnswerOfFault = trace.fault?.isPlayed ?? false
        self.time = time
        self.duration = duration
        self.address = address
        bytes = content.bytesInMemory
        keeping = .memory(content)
    }

    /// Makes an entry for the same call as `entry`, but with the content in the spill file.
    init(_ entry: CallEntry, in file: SpilledCall) {
        account = entry.account
        secret = entry.secret
        via = entry.via
        platform = entry.platform
        method = entry.method
        path = entry.path
        code = entry.code
        rid = entry.rid
        fault = entry.fault
        isAnswerOfFault = entry.isAnswerOfFault
        time = entry.time
        duration = entry.duration
        address = entry.address
        bytes = file.bytesInMemory + entry.path.utf8.count
        keeping = .file(file)
    }

    // MARK: Content

    /// The request and the answer. Cost: for a call in the spill file, each use reads and decrypts the content again.
    ///
    /// If newer content has overwritten this content in the file, the result has only the method and the path.
    var content: CallContent {
        switch keeping {
        case .memory(let content): content
        case .file(let file): file.content(method, path) ?? .lost(method, file.outline.path)
        }
    }

    /// The request. Cost: see ``content``.
    var request: APIRequest { content.request }

    /// The place of the content in the spill file; nil if the content is in memory.
    var place: SpillPlace? {
        if case .file(let file) = keeping { file.place } else { nil }
    }

    // MARK: The values that filters compare

    /// The appid of the account; nil if the call names no account. Cost: reads the body if the gateway could not assign
    /// the call to an account and the content is in memory.
    var accountName: String? {
        switch keeping {
        case .memory(let content): account?.rawValue ?? content.subject.appID
        case .file(let file): file.accountName
        }
    }

    /// The path and the account of the call, masked as in ``record(number:)``.
    var outline: (path: String, account: String?) {
        switch keeping {
        case .memory(let content): maskedOutline(of: content)
        case .file(let file): file.outline
        }
    }

    private func maskedOutline(of content: CallContent) -> (path: String, account: String?) {
        if let account, Self.knownPaths.contains(path) { return (path, account.rawValue) }
        var mask = SecretMask(secret: secret ?? .zero)
        let named = account == nil ? content.subject.appID : nil
        let path = Self.shownPath(path)
        for text in [path, SearchedText(content.request.target.query)] { mask.learn(text) }
        return (mask.applied(to: path), account?.rawValue ?? named.map { mask.applied(to: $0) })
    }

    /// The most characters of a path that a reader gets.
    static let longestPath = 512

    private static func shownPath(_ path: String) -> SearchedText {
        SearchedText(String(path.prefix(longestPath)), cutAt: longestPath)
    }

    private static func shownHeader(_ value: String) -> SearchedText {
        SearchedText(value, cutAt: CallContent.longestHeader)
    }

    /// The most openids of a call that a reader gets.
    private static let mostShown = 1000
    private static let knownPaths = Set(Endpoint.all.map(\.path))

    /// Returns whether the call names the openid. Cost: looks through the body. For a call in the spill file, reads the
    /// body only if the ``OpenIDSketch`` of the call may hold the openid.
    func names(_ openID: OpenID) -> Bool {
        if case .file(let file) = keeping, !file.openIDs.mayHold(openID) { return false }
        return content.names(openID)
    }

    // MARK: Reading

    /// Returns the call as ``record(number:)`` does, but without the reason, the headers, the query, the openids and
    /// the bodies. Cost: far less than ``record(number:)`` if the gateway assigned the call to an account.
    func summary(number: Int) -> CallRecord {
        // In other calls, the path or the appid may be a secret, and only the body shows that it is one. So the journal
        // reads the whole call to mask them.
        guard let account, Self.knownPaths.contains(path) else { return record(number: number) }
        let content = content
        let subject = content.subject
        guard platform != nil || subject.componentAppID == nil else { return record(number: number) }
        var record = emptyRecord(number, path: path)
        record.account = account.rawValue
        record.platform = platform?.rawValue
        guard content.isKept else { return record }
        record.tag = subject.tag
        record.openIDCount = subject.openIDs.count
        return record
    }

    private func emptyRecord(_ number: Int, path: String) -> CallRecord {
        var record = CallRecord(
            number: number, time: time.seconds, via: via, method: method.rawValue, path: path, errcode: code.rawValue,
            milliseconds: ((duration / .milliseconds(1)) * 1000).rounded() / 1000)
        record.fault = fault
        return record
    }

    /// Returns the call in the form for readers, with all secrets masked. Cost: far more than adding the call to the
    /// journal, so the journal does this only when a reader asks.
    func record(number: Int) -> CallRecord {
        let content = content
        let subject = content.subject
        let path = Self.shownPath(content.request.target.path)
        let query = SearchedText(content.request.target.query)
        let body = SearchedText(String(buffer: content.shownBody), cutAt: CallContent.longestBody)
        let answer = SearchedText(String(buffer: content.response.body), cutAt: CallContent.longestBody)
        // An entry of the openid list that is not an openid may be a secret that the client sent by mistake.
        let openIDs = subject.openIDs.prefix(Self.mostShown)
        let strangers = SearchedText(openIDs.filter { OpenID($0) == nil }.joined(separator: " "))
        var mask = SecretMask(secret: secret ?? .zero)
        for text in [path, query, body, answer, strangers] { mask.learn(text) }
        var record = emptyRecord(number, path: mask.applied(to: path))
        record.account = (account?.rawValue ?? subject.appID).map { mask.applied(to: $0) }
        record.platform = platform?.rawValue ?? subject.componentAppID.map { mask.applied(to: $0) }
        record.reason = content.response[APIResponse.reason].map { mask.applied(to: SearchedText(reason: $0)) }
        record.rid = rid?.description
        record.address = address
        record.userAgent = content.header("user-agent").map { mask.applied(to: Self.shownHeader($0)) }
        record.traceparent = content.header("traceparent").map { mask.applied(to: Self.shownHeader($0)) }
        guard content.isKept else { return record }
        record.tag = subject.tag
        record.openIDCount = subject.openIDs.count
        record.openIDs = openIDs.map { OpenID($0) == nil ? mask.applied(to: $0) : $0 }
        record.query = mask.applied(to: query)
        record.request = mask.applied(to: body)
        record.answer = mask.applied(to: answer)
        if content.isCut { record.isCut = true }
        return record
    }
}
