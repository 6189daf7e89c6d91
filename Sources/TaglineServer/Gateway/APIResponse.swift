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

    /// A refusal, and the reason in a header of our own.
    init(_ refusal: Refusal, as answer: CommandFailed) {
        self.init(answer)
        headers[.taglineReason] = refusal.reason
    }
}

extension CommandFailed {
    /// The documented text with the suffix of its origin.
    init(_ refusal: Refusal, rid: RequestID, hint: RequestHint) {
        let explanation = refusal.code.explanation
        let hint = explanation?.origin == .service ? " hint: [\(hint)]" : ""
        let text = refusal.message ?? explanation?.message ?? "error"
        self.init(code: refusal.code, message: "\(text)\(hint) rid: \(rid)")
    }
}

extension HTTPField.Name {
    /// One plain sentence for a person, beside every error.
    static let taglineReason = HTTPField.Name("X-Tagline-Reason")!
}
