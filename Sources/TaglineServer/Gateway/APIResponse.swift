import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore

/// The answer to a request to the API, in one piece.
public struct APIResponse: Sendable {
    var status: HTTPResponseStatus
    var headers: [(name: String, value: String)]
    public var body: ByteBuffer
    /// How to send the answer; nil means that the server sends the whole answer immediately.
    var delivery: Delivery?

    /// The content type that a fault gives the answer; nil if the answer has its usual content type. If this property
    /// is not nil, the header `content-type` has the same value.
    private(set) var contentTypeOfFault: String?

    /// Whether a fault cuts the answer off, so that the caller never receives all of it.
    public var isCut: Bool { delivery?.isCut(bytes: body.readableBytes) ?? false }

    init(status: HTTPResponseStatus, headers: [(name: String, value: String)] = [], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Creates an answer of the platform's API. The status is 200 and the body is JSON, for errors too.
    init(_ answer: any CallAnswer) {
        if answer is CommandDone {
            self = Self.done
            return
        }
        self.init(writing: answer)
    }

    /// The answer to every successful command, encoded only one time.
    private static let done = APIResponse(writing: CommandDone())

    private init(writing answer: any CallAnswer) {
        var json = JSONText()
        answer.write(to: &json)
        // The platform names the parameter `encoding`, not `charset`.
        self.init(
            status: .ok, headers: [("content-type", "application/json; encoding=utf-8")],
            body: ByteBuffer(bytes: json.bytes))
    }

    /// Creates the answer to a refused call, with the reason for the refusal in the header ``reason``.
    init(_ refusal: Refusal, as answer: CommandFailed) {
        self.init(answer)
        self[Self.reason] = refusal.reason
    }

    /// Returns an answer whose body is one JSON object.
    static func json(
        status: HTTPResponseStatus = .ok, _ fields: (inout JSONText.Fields) -> Void
    ) -> APIResponse {
        var text = JSONText()
        text.object(fields)
        return APIResponse(
            status: status, headers: [("content-type", "application/json")],
            body: ByteBuffer(bytes: text.bytes + [UInt8(ascii: "\n")]))
    }

    /// Gives the answer the content type that a fault asks for.
    mutating func setContentType(ofFault type: String) {
        contentTypeOfFault = type
        self["content-type"] = type
    }

    /// The header that explains an error to a person, in one plain sentence.
    static let reason = "X-Tagline-Reason"

    /// The value of a header. Setting nil removes the header.
    subscript(name: String) -> String? {
        get { headers.first { $0.name == name }?.value }
        set {
            headers.removeAll { $0.name == name }
            if let newValue { headers.append((name, newValue)) }
        }
    }
}

extension CommandFailed {
    /// Creates the answer from the documented message, and appends the hint and the rid as the platform does.
    init(_ refusal: Refusal, rid: RequestID, hint: RequestHint) {
        let explanation = refusal.code.explanation
        let hint = explanation?.origin == .service ? " hint: [\(hint)]" : ""
        let text = refusal.message ?? explanation?.message ?? "error"
        let failed = refusal.failedOpenIDs
        self.init(
            code: refusal.code, message: "\(text)\(hint) rid: \(rid)", failedTexts: failed.isEmpty ? nil : failed)
    }
}
