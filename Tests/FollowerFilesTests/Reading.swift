import OfficialAccount
import TagStoreConformance

@testable import FollowerFiles

/// Returns the rows of a text that the reader gets in pieces of `pieces` bytes.
func rows(
    _ text: String, _ columns: FollowerColumns = FollowerColumns(), pieces: Int = 7
) throws -> [FollowerRow] {
    try read(Array(text.utf8), columns, pieces: pieces).rows
}

func read(
    _ bytes: [UInt8], _ columns: FollowerColumns = FollowerColumns(), pieces: Int = 7
) throws -> (rows: [FollowerRow], remarks: [FollowerReader.Remark]) {
    var rows: [FollowerRow] = []
    var reader = FollowerReader(columns)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
        // Copies the piece, so that a read beyond the end of this piece does not find the next piece.
        let piece = Array(bytes[start..<min(start + pieces, bytes.count)])
        try piece.withUnsafeBytes { try reader.read($0) { rows.append($0) } }
    }
    try reader.finish { rows.append($0) }
    return (rows, reader.remarks)
}

/// Returns the openid with this number.
func follower(_ number: Int) -> String { "\(OpenID.numbered("oFile", number))" }

/// Returns the row of a follower with a valid openid.
func good(_ number: Int, _ line: Int, _ tags: String? = nil) -> FollowerRow {
    guard let openID = OpenID(follower(number)) else { return .bad("", reason: "the test is wrong", line: line) }
    return .follower(openID, tags: tags.map { .cell($0) }, line: line)
}
