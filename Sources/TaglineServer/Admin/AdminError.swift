import FreshFiles
import HTTPTypes
import OfficialAccount
import TagStore

/// The reason why the admin plane refused a request: a status for programs and a sentence for people.
///
/// - 400: the request does not fit `/openapi.json`.
/// - 404: the request names something that does not exist.
/// - 409: the request fits `/openapi.json`, but the server cannot do what the request asks for.
/// - 503: the store or a file of the server cannot be written, or the store does not answer.
struct AdminError: Error {
    let status: HTTPResponse.Status
    let sentence: String

    static func badRequest(_ sentence: String) -> AdminError { AdminError(status: .badRequest, sentence: sentence) }
    static func notFound(_ sentence: String) -> AdminError { AdminError(status: .notFound, sentence: sentence) }
    static func conflict(_ sentence: String) -> AdminError { AdminError(status: .conflict, sentence: sentence) }

    init(status: HTTPResponse.Status, sentence: String) {
        self.status = status
        self.sentence = sentence
    }

    /// Makes the error for an account or a platform that was not created: 409 if its appid is taken.
    init(creating refusal: Refusal) {
        self = refusal.code == .invalidAppID ? .conflict(refusal.reason) : AdminError(refusal)
    }

    /// Makes the error for a text that is not a condition on the tags of an account.
    init(searching mistake: FollowerSearch.Mistake) {
        let sentence = "where: \(mistake)"
        self = if case .noSuchTag = mistake { .notFound(sentence) } else { .conflict(sentence) }
    }

    /// Makes the error for a file that the server must write and cannot write, for example because the disk is full.
    init(_ failure: FreshFileFailure) {
        self.init(
            status: .serviceUnavailable, sentence: "the server cannot write \(failure.path): \(failure.reason)")
    }

    init(_ refusal: Refusal) {
        switch refusal.code {
        case .systemError: self.init(status: .serviceUnavailable, sentence: refusal.reason)
        case .invalidAppID, .invalidComponent, .invalidTagID, .invalidOpenID:
            self.init(status: .notFound, sentence: refusal.reason)
        default: self.init(status: .conflict, sentence: refusal.reason)
        }
    }
}
