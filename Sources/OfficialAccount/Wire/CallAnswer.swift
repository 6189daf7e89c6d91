/// What a call answers: it writes itself as the platform would, and reads itself from what a platform sends.
///
/// Reading takes what is needed and passes over what is odd beside it.
public protocol CallAnswer: Decodable, Sendable {
    /// Writes the answer's JSON, its fields in the documented order.
    func write(to json: inout JSONText)
}

/// The answer of a command: `{"errcode":0,"errmsg":"ok"}`. Any other JSON says nothing of what became of the command.
public struct CommandDone: CallAnswer, Hashable {
    public init() {}

    private enum CodingKeys: String, CodingKey { case errcode }

    public init(from decoder: any Decoder) throws {
        _ = try decoder.container(keyedBy: CodingKeys.self).decode(LenientNumber.self, forKey: .errcode)
    }

    public func write(to json: inout JSONText) {
        json.object {
            $0.field("errcode", 0)
            $0.field("errmsg", "ok")
        }
    }
}

/// The answer of any call that failed.
public struct CommandFailed: CallAnswer, Hashable {
    public let code: ErrorCode
    /// The documented text and its suffix.
    public let message: String
    /// Of 45171: those for whom the call failed, while it was carried out for the others.
    ///
    /// Nil if the answer names none, or names one that is not an openid: then nobody can say for whom it was carried out.
    public let failedOpenIDs: [OpenID]?

    public init(code: ErrorCode, message: String, failedOpenIDs: [OpenID]? = nil) {
        self.code = code
        self.message = message
        self.failedOpenIDs = failedOpenIDs
    }

    private enum CodingKeys: String, CodingKey {
        case errcode, errmsg
        case failedOpenIDs = "fail_openid_list"
    }

    /// An answer without an errcode has the code 0: it is the answer of a call that did not fail.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        code = ErrorCode(try fields.decodeIfPresent(LenientNumber.self, forKey: .errcode)?.value ?? 0)
        message = (try? fields.decodeIfPresent(LenientText.self, forKey: .errmsg))?.value ?? ""
        let failed = try? fields.decodeIfPresent([String].self, forKey: .failedOpenIDs)
        let openIDs = failed?.compactMap { OpenID($0) }
        failedOpenIDs = openIDs?.count == failed?.count ? openIDs : nil
    }

    public func write(to json: inout JSONText) {
        json.object {
            $0.field("errcode", code.rawValue)
            $0.field("errmsg", message)
            if let failedOpenIDs {
                $0.field("fail_openid_list") { json in json.array(failedOpenIDs) { $1.openID($0) } }
            }
        }
    }
}
