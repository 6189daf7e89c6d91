/// The answer of a call.
///
/// A server writes an answer as the platform's JSON, and a client reads an answer from that JSON.
///
/// The client ignores all fields that the type of the answer does not need.
public protocol CallAnswer: Decodable, Sendable {
    /// Writes the answer's JSON with its fields in the documented order.
    func write(to json: inout JSONText)
}

/// The answer that says that the platform carried out a command: `{"errcode":0,"errmsg":"ok"}`.
///
/// JSON without an `errcode` is not such an answer, because it does not tell whether the platform carried the command
/// out.
public struct CommandDone: CallAnswer, Hashable {
    /// Makes the answer, which is always the same.
    public init() {}

    private enum CodingKeys: String, CodingKey { case errcode }

    /// Reads the answer.
    ///
    /// Does not look at the value of `errcode`: a caller that wants to know whether the call failed reads
    /// ``CommandFailed`` first.
    ///
    /// - Parameter decoder: holds the answer's JSON.
    /// - Throws: `DecodingError` if `errcode` is missing or is not a whole number.
    public init(from decoder: any Decoder) throws {
        _ = try decoder.container(keyedBy: CodingKeys.self).decode(LenientNumber.self, forKey: .errcode)
    }

    /// Writes `{"errcode":0,"errmsg":"ok"}`.
    public func write(to json: inout JSONText) {
        json.object {
            $0.field("errcode", 0)
            $0.field("errmsg", "ok")
        }
    }
}

/// The answer of any call that failed: `{"errcode":40003,"errmsg":"invalid openid rid: …"}`.
///
/// Source: `doc/oplatform/developers/errCode`.
public struct CommandFailed: CallAnswer, Hashable {
    /// Why the call failed; ``ErrorCode/ok`` if the answer reports no failure.
    public let code: ErrorCode
    /// The `errmsg`: the documented text and its suffix; empty if the answer has no `errmsg`.
    public let message: String
    /// The `fail_openid_list` of ``ErrorCode/someOpenIDsFailed``: the openids for which the call failed.
    ///
    /// The platform carried the call out for the other openids of the request. Nil if the answer has no such list, or
    /// if an entry is not an openid. With nil, the caller cannot tell for whom the call failed.
    public var failedOpenIDs: [OpenID]? {
        guard let failedTexts else { return nil }
        let openIDs = failedTexts.compactMap { OpenID($0) }
        return openIDs.count == failedTexts.count ? openIDs : nil
    }

    /// The entries of `fail_openid_list`, which need not be openids; nil if the answer has no such list.
    private let failedTexts: [String]?

    /// Makes the answer of a failed call.
    ///
    /// - Parameters:
    ///   - code: why the call failed.
    ///   - message: the `errmsg`, with its suffix.
    ///   - failedOpenIDs: the openids for which the call failed; nil to leave `fail_openid_list` out.
    public init(code: ErrorCode, message: String, failedOpenIDs: [OpenID]? = nil) {
        self.init(code: code, message: message, failedTexts: failedOpenIDs.map { $0.map(\.description) })
    }

    /// Makes the answer of a failed call whose request had entries that are not openids.
    ///
    /// - Parameters:
    ///   - code: why the call failed.
    ///   - message: the `errmsg`, with its suffix.
    ///   - failedTexts: the failed entries as the client sent them; nil to leave `fail_openid_list` out.
    package init(code: ErrorCode, message: String, failedTexts: [String]?) {
        self.code = code
        self.message = message
        self.failedTexts = failedTexts
    }

    private enum CodingKeys: String, CodingKey {
        case errcode, errmsg
        case failedTexts = "fail_openid_list"
    }

    /// Reads the answer of any call, failed or not.
    ///
    /// An answer without an `errcode` gets ``ErrorCode/ok``: it is the answer of a call that did not fail. An `errcode`
    /// that is not a whole number counts as missing. In both cases the answer of a query is valid if its data is
    /// complete, but ``CommandDone`` throws for the answer of a command.
    ///
    /// - Parameter decoder: holds the answer's JSON.
    /// - Throws: `DecodingError` if the answer is not an object.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        code = ErrorCode((try? fields.decodeIfPresent(LenientNumber.self, forKey: .errcode))?.value ?? 0)
        message = (try? fields.decodeIfPresent(LenientText.self, forKey: .errmsg))?.value ?? ""
        failedTexts = try? fields.decodeIfPresent([String].self, forKey: .failedTexts)
    }

    /// Writes `errcode`, `errmsg`, and `fail_openid_list` if the answer has such a list.
    public func write(to json: inout JSONText) {
        json.object {
            $0.field("errcode", code.rawValue)
            $0.field("errmsg", message)
            if let failedTexts {
                $0.field("fail_openid_list") { json in json.array(failedTexts) { $1.string($0) } }
            }
        }
    }
}
