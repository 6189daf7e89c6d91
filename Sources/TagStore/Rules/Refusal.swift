public import OfficialAccount

/// The reason why a call changed nothing: a code for programs and a sentence for people.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    public let code: ErrorCode
    /// One plain sentence that names the openid or the limit, and the remedy. It never holds a secret or a token.
    public let reason: String
    /// The beginning of `errmsg`; nil if `errmsg` begins with the documented text.
    public let message: String?
    /// The openids that the store did not change, in a call that changed the other followers (45171); empty for any
    /// other code.
    public var failedOpenIDs: [String] = []

    public init(_ code: ErrorCode, _ reason: String, message: String? = nil) {
        self.code = code
        self.reason = reason
        self.message = message
    }

    public var description: String { "\(code): \(reason)" }
}

// The refusals that every store gives in the same words for the same cause.
extension Refusal {
    public static func listMissing(limit: Int) -> Refusal {
        Refusal(.invalidOpenIDListSize, "openid_list is missing; send 1 to \(limit) openids")
    }

    public static func listSize(_ count: Int, limit: Int) -> Refusal {
        Refusal(.invalidOpenIDListSize, "openid_list holds \(count) openids; send 1 to \(limit)")
    }

    public static var tagMissing: Refusal {
        Refusal(.invalidTagID, "tagid is missing; the field is spelt exactly tagid")
    }

    public static func unknownTag(_ tag: TagID) -> Refusal {
        let name = [Int.min, Int.max].contains(tag.rawValue) ? "with so large a number" : "\(tag)"
        return Refusal(.invalidTagID, "the account has no tag \(name); see tags/get")
    }

    /// The form of an openid, in words for a person.
    package static let openIDForm = "28 characters, o and then 27 of A-Z a-z 0-9 _ -"

    public static func malformed(_ text: String, position: Int? = nil) -> Refusal {
        let entry = position.map { "entry \($0 + 1) of openid_list, \(quoted(text))," } ?? quoted(text)
        return Refusal(.invalidOpenID, "\(entry) is not an openid; an openid has \(openIDForm)")
    }

    public static func neverSeen(_ openID: OpenID) -> Refusal {
        Refusal(.invalidOpenID, "\(openID) has never followed this account; leave it out")
    }

    public static func left(_ openID: OpenID) -> Refusal {
        Refusal(.invalidOpenID, "\(openID) no longer follows this account; leave it out")
    }

    /// Returns the refusal of a follower who left, for calls that answer this case with 43004 instead of 40003.
    public static func mustFollow(_ openID: OpenID) -> Refusal {
        Refusal(.requireSubscribe, "\(openID) no longer follows this account")
    }

    /// - Parameter limit: the most followers of one account that the store can hold, former followers included.
    public static func tooManyFollowers(limit: Int) -> Refusal {
        .cannotWrite("an account can have at most \(limit) followers in this store, former followers included")
    }

    public static func anotherAccounts(_ openID: OpenID) -> Refusal {
        Refusal(
            .openIDOfAnotherAccount,
            "\(openID) follows another account of this server, not this one; openids differ from account to account")
    }

    public static func reservedTag(_ tag: TagID) -> Refusal {
        Refusal(.reservedTag, "tag \(tag) is one of the platform's own and can be neither renamed nor deleted")
    }

    public static func inFlight(_ openID: OpenID) -> Refusal {
        Refusal(.concurrentChange, "another call in flight is changing \(openID); repeat this one in a moment")
    }

    public static func tooManyTags(_ openID: OpenID, limit: Int) -> Refusal {
        Refusal(
            .tooManyTagsOnUser,
            "\(openID) carries \(limit) tags already, which is the limit; remove a tag or leave this follower out")
    }

    public static func unknownAccount(_ appID: AppID) -> Refusal {
        Refusal(.invalidAppID, "no account has the appid \(quoted(appID.rawValue))")
    }

    public static func appIDTaken(_ appID: AppID) -> Refusal {
        Refusal(
            .invalidAppID,
            "there is an account or a third-party platform with the appid \(quoted(appID.rawValue)) already")
    }

    public static func cannotWrite(_ why: String) -> Refusal {
        Refusal(.systemError, "the store cannot write: \(why)")
    }

    /// Returns the text in quotation marks, cut to 64 characters. Writes each character that is not printable ASCII as
    /// a code such as `\u{a}`.
    public static func quoted(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(64) {
            shown +=
                (" "..."~").contains(scalar) && scalar != "\""
                ? String(scalar) : "\\u{" + String(scalar.value, radix: 16) + "}"
        }
        return "\"" + shown + (text.unicodeScalars.count > 64 ? "..." : "") + "\""
    }
}
