import OfficialAccount

/// What one record of a file of followers says.
public enum FollowerRow: Hashable, Sendable {
    /// A follower, and what stands in the tag column; nil without such a column, or if nothing is in it.
    ///
    /// `line` is the first line of the record, from 1.
    case follower(OpenID, tags: TagText?, line: Int)
    /// A record that names nobody, or of which it is not certain what it says.
    ///
    /// `text` is up to 100 characters of what stands where the openid should be.
    case bad(String, reason: String, line: Int)
}

/// What stands in the tag column for one follower.
public enum TagText: Hashable, Sendable {
    /// The text of a cell as it was written. ``TagCells`` says which tags it means.
    case cell(String)
    /// The elements of a JSON array, a tag each.
    case list([String])
}
