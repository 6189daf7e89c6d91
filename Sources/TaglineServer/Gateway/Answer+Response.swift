import HTTPTypes
import Hummingbird
import NIOCore
import OfficialAccount
import TagStore

extension Response {
    /// An answer of the platform's API: status 200 and JSON, whatever it says.
    init(_ answer: any Answer) {
        var json = JSONText()
        answer.write(to: &json)
        self.init(
            status: .ok,
            // The parameter is `encoding`, not `charset`: so the platform sends it.
            headers: [.contentType: "application/json; encoding=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }

    /// A refusal: the documented text with the suffix of its origin, and the reason in a header of our own.
    init(_ refusal: Refusal, at now: UnixTime, random: [UInt8]) {
        let explanation = refusal.code.explanation
        let rid = RequestID(at: now, random: Array(random.prefix(8)))
        let hint = explanation?.origin == .service ? " hint: [\(RequestHint(random: Array(random.dropFirst(8))))]" : ""
        let message = "\(refusal.message ?? explanation?.message ?? "error")\(hint) rid: \(rid)"
        self.init(CommandFailed(code: refusal.code, message: message))
        headers[.taglineReason] = refusal.reason
    }

    /// Random bytes that a refusal needs for its rid and its hint.
    static let randomBytesOfRefusal = 8 + 15
}

extension HTTPField.Name {
    /// One plain sentence for a person, beside every error.
    static let taglineReason = HTTPField.Name("X-Tagline-Reason")!
}
