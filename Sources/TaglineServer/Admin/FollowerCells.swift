import FollowerFiles
import OfficialAccount
import TagStore

/// Writes followers as lines of CSV that people and `tagline tag` can read.
struct FollowerCells: Sendable {
    static let header = "openid,since,tag,remark\n"

    /// The text that names a tag in the column `tag`, for each tag of the account.
    private let texts: [TagID: String]

    /// - Parameter tags: all tags of the account.
    init(tags: [Tag]) {
        texts = Dictionary(
            tags.map { ($0.id, Self.text(naming: $0, among: tags)) }, uniquingKeysWith: { first, _ in first })
    }

    func line(of follower: FollowerState) -> [UInt8] {
        let tags = follower.tagIDs.map { texts[$0] ?? "id:\($0)" }.joined(separator: ";")
        let cells = [
            "\(follower.openID)", "\(follower.since.seconds)", CSVCell.quoted(tags), CSVCell.text(follower.remark),
        ]
        return Array((cells.joined(separator: ",") + "\n").utf8)
    }

    /// Returns the name of a tag, or the tag's id if a program that reads the file could misunderstand the name.
    private static func text(naming tag: Tag, among tags: [Tag]) -> String {
        let separators = tag.name.utf8.contains { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "|") }
        let isClear = TagReference(tag.name).candidates(in: tags).map(\.id) == [tag.id]
        return isClear && !separators && CSVCell.plain(tag.name).hasSameBytes(as: tag.name) ? tag.name : "id:\(tag.id)"
    }
}
