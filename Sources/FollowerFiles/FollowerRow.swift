import OfficialAccount

/// One record of a file of followers.
public enum FollowerRow: Hashable, Sendable {
    /// A follower and the content of the tag column.
    ///
    /// `tags` is nil if the file has no tag column, or if the follower's cell in this column is empty.
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
    /// The unchanged text of a cell.
    ///
    /// ``TagCells`` decides which tags the text means.
    case cell(String)
    /// The elements of a JSON array, each of which is one tag.
    case list([String])
}
