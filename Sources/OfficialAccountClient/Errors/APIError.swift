public import OfficialAccount

/// An answer with an errcode other than 0.
///
/// Source: `doc/oplatform/developers/errCode`.
public struct APIError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The errcode, which need not be in the error catalogue.
    public let code: ErrorCode
    /// The errmsg without its rid and its hint.
    public let message: String
    /// The id of the call: three groups of eight hexadecimal digits.
    ///
    /// Nil if the answer has no rid. The platform's support asks for this id. ``RequestCalls/info(rid:)`` gives details
    /// about the call for seven days.
    public let rid: String?
    /// The text in the brackets of `hint: [...]`, which old answers have instead of a rid or together with a rid.
    public let hint: String?
    /// The followers for whom a call with the answer 45171 failed.
    ///
    /// The platform carried the call out for the other followers. Nil if the answer lists no follower, or if an entry
    /// is not an openid.
    public let failedOpenIDs: [OpenID]?

    /// Creates an error from the fields of an answer.
    ///
    /// - Parameters:
    ///   - code: the errcode.
    ///   - errmsg: the errmsg with its suffix. The initialiser splits it into ``message``, ``hint`` and ``rid``.
    ///   - failedOpenIDs: the openids of `fail_openid_list`, or nil if the answer has no such list.
    public init(code: ErrorCode, errmsg: String, failedOpenIDs: [OpenID]? = nil) {
        self.code = code
        self.failedOpenIDs = failedOpenIDs
        let suffix = Suffix(errmsg)
        rid = suffix.rid
        hint = suffix.hint
        message = suffix.message
    }

    /// The parts of an errmsg: a message, then perhaps `hint: [...]` or `hints: [...]`, then perhaps `rid: ...`.
    ///
    /// A blank or a comma comes before the hint and before the rid.
    private struct Suffix {
        var message: String
        var rid: String?
        var hint: String?

        init(_ errmsg: String) {
            let hints = errmsg.firstRange(of: "hints: [") ?? errmsg.firstRange(of: "hint: [")
            if let hints {
                let rest = errmsg[hints.upperBound...]
                if let end = rest.firstIndex(of: "]") { hint = String(rest[..<end]) }
            }
            let rids = errmsg.firstRange(of: "rid: ")
            if let rids {
                let text = errmsg[rids.upperBound...].prefix(26)
                let groups = text.split(separator: "-", omittingEmptySubsequences: false)
                let isRID =
                    groups.count == 3
                    && groups.allSatisfy { $0.utf8.count == 8 && $0.utf8.allSatisfy(Self.isHexadecimal) }
                if isRID { rid = String(text) }
            }
            let cut = [hints?.lowerBound, rids?.lowerBound].compactMap(\.self).min() ?? errmsg.endIndex
            var said = errmsg[..<cut]
            if cut < errmsg.endIndex {
                while said.last == " " { said.removeLast() }
                if said.last == "," { said.removeLast() }
            }
            message = String(said)
        }

        private static func isHexadecimal(_ byte: UInt8) -> Bool {
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
        }
    }

    /// The time of the call in Unix seconds, or nil if there is no rid.
    ///
    /// The first group of digits of the rid is this time.
    public var time: Int? {
        rid.flatMap { Int($0.prefix(8), radix: 16) }
    }

    /// The meaning and the remedy of the code, or nil if the code is not in the error catalogue.
    public var explanation: ErrorExplanation? { code.explanation }

    /// Whether the same call may succeed a little later.
    ///
    /// True for -1, 45011, 45169, 268487001 and 268487002.
    public var canBeRetried: Bool {
        [.systemError, .minuteQuotaReached, .concurrentChange, .blacklistBusy, .followerListBusy].contains(code)
    }

    /// The errcode, the errmsg, the rid, the meaning and the remedy in one line.
    ///
    /// Escapes such as `\u{1b}` replace control characters of the errmsg.
    public var description: String {
        let identity = rid.map { " (rid \($0))" } ?? ""
        return "\(code) \(message.shown)\(identity)\(explanation.map { ": \($0.meaning) \($0.remedy)" } ?? "")"
    }
}

/// The reason why a call failed.
public enum CallFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The platform answered with an errcode.
    case refused(APIError)
    /// There is no answer.
    case transport(TransportFailure)
    /// The answer is not a valid answer of the API. The text is the beginning of the answer.
    case badAnswer(String)
    /// The token store cannot keep or read tokens. The text says why.
    case tokenStore(String)
    /// The source of tokens has no working token. The text says why.
    case tokenSource(String)

    /// Whether the platform may have carried out the call, in whole or in part.
    ///
    /// False only if the platform certainly did not carry out the call.
    public var mayHaveBeenApplied: Bool {
        switch self {
        case .refused(let error): [.systemError, .someOpenIDsFailed].contains(error.code)
        case .transport(let failure): failure.mayHaveBeenApplied
        case .badAnswer: true
        case .tokenStore, .tokenSource: false
        }
    }

    /// The reason in one line.
    ///
    /// Escapes such as `\u{1b}` replace control characters.
    public var description: String {
        switch self {
        case .refused(let error): "\(error)"
        case .transport(let failure): "\(failure)"
        case .badAnswer(let text): "the answer is not a valid answer of the API: \(text.shown)"
        case .tokenStore(let reason), .tokenSource(let reason): reason.shown
        }
    }
}
