import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore

/// What is answered to a request to the API: one piece.
public struct APIResponse: Sendable {
    var status: HTTPResponseStatus
    var headers: [(name: String, value: String)]
    public var body: ByteBuffer
    /// How it is sent, if that is not at once and whole.
    var delivery: Delivery?

    /// Whether the caller never has all of it, because a fault cuts it off.
    public var isCut: Bool { delivery?.isCut(bytes: body.readableBytes) ?? false }

    init(status: HTTPResponseStatus, headers: [(name: String, value: String)] = [], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer of the platform's API: status 200 and JSON, whatever it says.
    init(_ answer: any CallAnswer) {
        if answer is CommandDone {
            self = Self.done
            return
        }
        self.init(writing: answer)
    }

    /// The answer of every command that went well, written once.
    private static let done = APIResponse(writing: CommandDone())

    private init(writing answer: any CallAnswer) {
        var json = JSONText()
        answer.write(to: &json)
        // The parameter is `encoding`, not `charset`: so the platform sends it.
        self.init(
            status: .ok, headers: [("content-type", "application/json; encoding=utf-8")],
            body: ByteBuffer(bytes: json.bytes))
    }

    /// A refusal, and the reason in a header of our own.
    init(_ refusal: Refusal, as answer: CommandFailed) {
        self.init(answer)
        self[Self.reason] = refusal.reason
    }

    /// One JSON object.
    static func json(
        status: HTTPResponseStatus = .ok, _ fields: (inout JSONText.Fields) -> Void
    ) -> APIResponse {
        var text = JSONText()
        text.object(fields)
        return APIResponse(
            status: status, headers: [("content-type", "application/json")],
            body: ByteBuffer(bytes: text.bytes + [UInt8(ascii: "\n")]))
    }

    /// The header with one plain sentence for a person, beside every error.
    static let reason = "X-Tagline-Reason"

    /// The value of a header; nil takes it away.
    subscript(name: String) -> String? {
        get { headers.first { $0.name == name }?.value }
        set {
            headers.removeAll { $0.name == name }
            if let newValue { headers.append((name, newValue)) }
        }
    }
}

extension CommandFailed {
    /// The documented text with the suffix of its origin.
    init(_ refusal: Refusal, rid: RequestID, hint: RequestHint) {
        let explanation = refusal.code.explanation
        let hint = explanation?.origin == .service ? " hint: [\(hint)]" : ""
        let text = refusal.message ?? explanation?.message ?? "error"
        let failed = refusal.failedOpenIDs.compactMap { OpenID($0) }
        self.init(
            code: refusal.code, message: "\(text)\(hint) rid: \(rid)", failedOpenIDs: failed.isEmpty ? nil : failed)
    }
}
