import OfficialAccount

/// One record of a file of followers.
public enum FollowerRow: Hashable, Sendable {
    /// A follower and the content of the tag column. `tags` is nil if there is no tag column, or if its cell is empty.
    ///
    /// `line` is the first line of the record, from 1.
    case follower(OpenID, tags: TagText?, line: Int)
    /// A record without an openid, or a record whose meaning is not certain.
    ///
    /// The first value is the text of the cell that should hold the openid, cut to 100 characters.
    case bad(String, reason: String, line: Int)
}

/// The content of the tag column for one follower.
public enum TagText: Hashable, Sendable {
    /// The text of a cell, unchanged. ``TagCells`` decides which tags it means.
    case cell(String)
    /// The elements of a JSON array. Each is one tag.
    case list([String])
}
