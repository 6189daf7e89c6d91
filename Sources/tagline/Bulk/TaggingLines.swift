import Foundation
import OfficialAccount

/// Reads who is to get which tags from lines as they come, in whatever pieces: one openid a line, or CSV with a header that names an `openid`
/// column and perhaps a `tag` column, where a cell holds one tag or several with `;` or `|` between them.
struct TaggingLines {
    /// What a line says.
    enum Row: Hashable {
        /// The cell of the tag column is nil where there is none or nothing is in it.
        case follower(OpenID, tags: String?, line: Int)
        /// It names nobody.
        case bad(String, reason: String, line: Int)
    }

    /// Why the whole input is of no use, in a sentence.
    struct Unreadable: Error, Hashable {
        let reason: String
    }

    /// A longer line names nobody, and is not kept in memory.
    static let longestLine = 64 * 1024
    /// If so many lines at the beginning name nobody, it is another kind of file.
    private static let patience = 1000

    private struct Columns {
        let separator: UInt8
        let openID: Int
        let tag: Int?
    }

    /// What may stand around an openid or a cell unseen: spaces of every width and marks of no width, but no tabs, which part cells.
    private static let blanks = CharacterSet(charactersIn: " \r\u{A0}\u{3000}\u{200B}\u{FEFF}")

    private var columns: Columns?
    private var hasBegun = false
    private var line: [UInt8] = []
    private var isTooLong = false
    private var number = 0
    private var good = 0
    private var bad = 0

    /// Takes in the next piece, which may end anywhere. Calls `take` for every line that is whole and not blank.
    mutating func read(_ piece: UnsafeRawBufferPointer, _ take: (Row) throws -> Void) throws {
        var rest = piece[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            append(rest[..<end])
            try endLine(take)
            rest = rest[(end + 1)...]
        }
        append(rest)
    }

    /// Ends the last line, if it has no newline of its own.
    mutating func finish(_ take: (Row) throws -> Void) throws {
        if !line.isEmpty || isTooLong { try endLine(take) }
        if good == 0, bad > 0 { throw nothingGood() }
    }

    private mutating func append(_ bytes: Slice<UnsafeRawBufferPointer>) {
        guard !isTooLong, line.count + bytes.count <= Self.longestLine else {
            isTooLong = true
            line.removeAll(keepingCapacity: true)
            return
        }
        line.append(contentsOf: bytes)
    }

    private mutating func endLine(_ take: (Row) throws -> Void) throws {
        number += 1
        defer {
            line.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        if isTooLong { return try refuse("", "a line of more than \(Self.longestLine) bytes", take) }
        if !hasBegun, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        // The plain case, without a copy.
        if columns == nil, let openID = line.withUnsafeBytes({ OpenID(utf8: Self.trimmed($0)) }) {
            hasBegun = true
            good += 1
            return try take(.follower(openID, tags: nil, line: number))
        }
        // Tabs stay: they may stand between cells, and the first cell may be empty.
        let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: Self.blanks)
        guard !text.allSatisfy(\.isWhitespace) else { return }
        if !hasBegun {
            hasBegun = true
            guard String(validating: line, as: UTF8.self) != nil, !line.contains(0) else {
                throw Unreadable(reason: "it is no text in UTF-8; save it as such, in a spreadsheet as \"CSV UTF-8\"")
            }
            if let columns = try Self.header(text) {
                self.columns = columns
                return
            }
        }
        guard !line.contains(0) else { return try refuse("", "no text", take) }
        guard let columns else {
            guard let openID = OpenID(text) else { return try refuse(text, "not an openid", take) }
            good += 1
            return try take(.follower(openID, tags: nil, line: number))
        }
        if columns.tag != nil, String(validating: line, as: UTF8.self) == nil {
            throw Unreadable(
                reason: "line \(number) is no text in UTF-8; save it as such, in a spreadsheet as \"CSV UTF-8\"")
        }
        let cells = Self.cells(text, columns.separator)
        guard columns.openID < cells.count, !cells[columns.openID].isEmpty else {
            return try refuse(text, "nothing in the openid column", take)
        }
        guard let openID = OpenID(cells[columns.openID]) else {
            return try refuse(cells[columns.openID], "not an openid", take)
        }
        good += 1
        let tags = columns.tag.flatMap { $0 < cells.count && !cells[$0].isEmpty ? cells[$0] : nil }
        try take(.follower(openID, tags: tags, line: number))
    }

    private mutating func refuse(_ text: String, _ reason: String, _ take: (Row) throws -> Void) throws {
        bad += 1
        if good == 0, bad >= Self.patience { throw nothingGood() }
        try take(.bad(String(text.prefix(100)), reason: reason, line: number))
    }

    private func nothingGood() -> Unreadable {
        Unreadable(
            reason: bad == 1
                ? "its only line is no openid; an openid is 28 characters and begins with o"
                : "none of its \(bad >= Self.patience ? "first " : "")\(bad) lines is an openid; an openid is 28 characters and begins with o"
        )
    }

    /// The columns that a header names; nil if the line is none.
    private static func header(_ text: String) throws -> Columns? {
        for separator in [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")] {
            let names = cells(text, separator).map { $0.lowercased() }
            if let openID = names.firstIndex(of: "openid") {
                return Columns(separator: separator, openID: openID, tag: names.firstIndex(of: "tag"))
            }
            guard names.count > 1 else { continue }
            throw Unreadable(
                reason: names.contains { OpenID($0) != nil } || cells(text, separator).contains { OpenID($0) != nil }
                    ? "it has several columns and no header; put a first line over it, such as openid,tag"
                    : "its header has no column named openid, only \(names.prefix(10).joined(separator: ", "))")
        }
        return nil
    }

    /// The cells of a line, without spaces around them and without the quotes that may hold them together.
    static func cells(_ text: String, _ separator: UInt8) -> [String] {
        var cells: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var wasQuote = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") {
                // A quote that follows another within quotes stands for itself.
                if wasQuote, !isQuoted { cell.append(byte) }
                isQuoted.toggle()
                wasQuote = true
                continue
            }
            wasQuote = false
            if byte == separator, !isQuoted {
                cells.append(String(decoding: cell, as: UTF8.self).trimmingCharacters(in: blanks))
                cell = []
            } else {
                cell.append(byte)
            }
        }
        cells.append(String(decoding: cell, as: UTF8.self).trimmingCharacters(in: blanks))
        return cells
    }

    private static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0D || byte == 0x09 }
        var range = 0..<bytes.count
        while let first = range.first, isSpace(bytes[first]) { range = first + 1..<range.upperBound }
        while let last = range.last, isSpace(bytes[last]) { range = range.lowerBound..<last }
        return UnsafeRawBufferPointer(rebasing: bytes[range])
    }
}
