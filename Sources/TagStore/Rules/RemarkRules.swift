import OfficialAccount

/// The rules for the remark of a follower. They use no storage.
public enum RemarkRules {
    /// Throws 40092 if a follower may not have this remark.
    ///
    /// A remark may not hold U+0000, because a database ends a text at this character.
    ///
    /// - Parameter limit: the most bytes of UTF-8 that the remark may take.
    public static func judge(_ remark: String, limit: Int) throws(Refusal) {
        let bytes = remark.utf8.count
        guard bytes <= limit else {
            throw Refusal(.invalidRemark, "the remark takes \(bytes) bytes of UTF-8; the limit is \(limit)")
        }
        guard !remark.utf8.contains(0) else { throw Refusal(.invalidRemark, "the remark holds the character U+0000") }
    }
}
