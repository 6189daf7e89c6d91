import OfficialAccount

/// An answer with an errcode.
public struct APIError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The code, known to the catalogue or not.
    public let code: ErrorCode
    /// The errmsg without rid and hint.
    public let message: String
    /// What the platform's support asks for; see `openapi/rid/get`. Nil if there was none.
    public let rid: String?
    /// What old answers have in place of a rid, or beside it.
    public let hint: String?
    /// Of 45171: those for whom the call failed, while it was carried out for the others. Nil if the answer names none.
    public let failedOpenIDs: [OpenID]?

    /// - Parameters:
    ///   - errmsg: as it came, with its suffix.
    ///   - failedOpenIDs: the `fail_openid_list`.
    public init(code: ErrorCode, errmsg: String, failedOpenIDs: [OpenID]? = nil) {
        self.code = code
        self.failedOpenIDs = failedOpenIDs
        let suffix = Suffix(errmsg)
        rid = suffix.rid
        hint = suffix.hint
        message = suffix.message
    }

    /// The parts of an errmsg: what is said, then perhaps `hint: [...]` or `hints: [...]`, then perhaps `rid: ...`, each after a blank or a comma.
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

    /// When the call was made, in Unix seconds, as the rid says.
    public var time: Int? {
        rid.flatMap { Int($0.prefix(8), radix: 16) }
    }

    /// What the code means and what to do about it; nil for a code that the catalogue does not hold.
    public var explanation: ErrorExplanation? { code.explanation }

    /// Whether the same call may succeed if it is made again after a while.
    public var canBeRetried: Bool {
        [.systemError, .minuteQuotaReached, .concurrentChange, .blacklistBusy, .followerListBusy].contains(code)
    }

    /// Errcode, errmsg, rid and meaning in one line. Escapes such as `\u{1b}` replace control characters of the errmsg.
    public var description: String {
        let identity = rid.map { " (rid \($0))" } ?? ""
        return "\(code) \(message.shown)\(identity)\(explanation.map { ": \($0.meaning) \($0.remedy)" } ?? "")"
    }
}

/// Why a call came to nothing.
public enum CallFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The platform said no.
    case refused(APIError)
    /// There is no answer.
    case transport(TransportFailure)
    /// There is an answer, and it is not a valid answer of the API. The text is its beginning, cut short.
    case badAnswer(String)
    /// The tokens cannot be kept or read, in a sentence.
    case tokenStore(String)
    /// The source of tokens has none that works, in a sentence.
    case tokenSource(String)

    /// Whether the call may have been carried out nevertheless.
    public var mayHaveBeenApplied: Bool {
        switch self {
        case .refused(let error): [.systemError, .someOpenIDsFailed].contains(error.code)
        case .transport(let failure): failure.mayHaveBeenApplied
        case .badAnswer: true
        case .tokenStore, .tokenSource: false
        }
    }

    public var description: String {
        switch self {
        case .refused(let error): "\(error)"
        case .transport(let failure): "\(failure)"
        case .badAnswer(let text): "the answer is not a valid answer of the API: \(text.shown)"
        case .tokenStore(let reason), .tokenSource(let reason): reason.shown
        }
    }
}
