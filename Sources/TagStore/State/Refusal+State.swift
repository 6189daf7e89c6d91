public import OfficialAccount

// The refusals of records that contradict earlier records of an import. All stores use the same words.
extension Refusal {
    /// Returns the refusal with `line` in its reason; the same refusal if `line` is nil.
    public func inLine(_ line: Int?) -> Refusal {
        guard let line else { return self }
        return Refusal(code, "line \(line): \(reason)", message: message)
    }

    /// Returns the refusal of a record that contradicts other records of the import.
    ///
    /// - Parameter line: the line of the record; nil if the record comes from no file.
    public static func contradictory(_ what: String, line: Int?) -> Refusal {
        Refusal(.dataFormatError, "\(what); nothing was imported").inLine(line)
    }

    public static func noAccountBefore(line: Int?) -> Refusal {
        .contradictory("the state does not begin with an account", line: line)
    }

    public static func followerTwice(_ openID: OpenID, of appID: AppID, line: Int?) -> Refusal {
        .contradictory("openid: follower \(openID) of \(appID) comes twice", line: line)
    }

    public static func followerCarriesUnknown(_ tag: TagID, _ openID: OpenID, line: Int?) -> Refusal {
        .contradictory("tags: follower \(openID) carries tag \(tag), which the account does not have", line: line)
    }

    public static func tokenTwice(line: Int?) -> Refusal {
        .contradictory("sha256: a token comes twice or belongs to another account", line: line)
    }

    public static func countOfAnother(line: Int?) -> Refusal {
        .contradictory("a count belongs to another account", line: line)
    }

    public static func countTwice(_ name: String, line: Int?) -> Refusal {
        .contradictory("name: the count \(quoted(name)) comes twice", line: line)
    }

    public static func tagTwice(_ tag: TagID, of appID: AppID, line: Int?) -> Refusal {
        .contradictory(
            "tags: tag \(tag) of \(appID) comes twice, its id is not allowed, or the account has too many tags",
            line: line)
    }

    public static func reservedNextTag(of appID: AppID, line: Int?) -> Refusal {
        .contradictory("next_tag_id: the next tag of \(appID) would have a reserved id", line: line)
    }
}
