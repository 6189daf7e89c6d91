import OfficialAccount

/// Reads followers and their tags from a file: one openid on each line, a table with a header, or JSON objects.
///
/// The caller passes bytes in pieces of any size, and the reader returns rows. Memory does not grow with the input. The
/// reader keeps the first 64 kB until it knows the format, and then at most 64 kB of a record. The rules are in
/// `docs/decisions/one-reader-of-followers.md`.
///
/// ```swift
/// var reader = FollowerReader(FollowerColumns())
/// try bytes.withUnsafeBytes { try reader.read($0) { rows.append($0) } }
/// try reader.finish { rows.append($0) }
/// ```
public struct FollowerReader: Sendable {
    /// The reader refuses a file if this many records come before the first openid.
    private static let patience = 1000
    /// If a record has more lines than this, the reader adds a remark, because the end of a quote may be missing in the
    /// record.
    private static let manyLines = 100

    private enum Work: Sendable {
        case head
        case lines(RecordSplitter)
        case table(RecordSplitter, FileHead.Table)
        case objects(RecordSplitter, ObjectRows)
    }

    /// A fact about the file that a person should know and that its rows do not show.
    public enum Remark: Hashable, Sendable, CustomStringConvertible {
        /// The file has a column of this name, which looks like tags but which the reader ignores.
        case unreadTags(String)
        /// The record that begins in `line` goes on for `lines` lines.
        case longRecord(line: Int, lines: Int)

        public var description: String {
            switch self {
            case .unreadTags(let name): "the column \(name) looks like tags and is not used"
            case .longRecord(let line, let lines):
                "the record that begins in line \(line) goes on for \(lines) lines; see whether a quote in it should end earlier"
            }
        }
    }

    /// The remarks about the file so far, without duplicates.
    public private(set) var remarks: [Remark] = []

    private let columns: FollowerColumns
    private var work = Work.head
    private var head: [UInt8] = []
    private var good = 0
    private var bad = 0
    private var firstBad: (line: Int, reason: String)?
    /// The error to throw if no line has an openid; nil to throw a general error.
    private var suspicion: UnusableFile?

    public init(_ columns: FollowerColumns) {
        self.columns = columns
    }

    /// Reads the next piece of the file, and calls `take` for each complete row, in the order of the file.
    ///
    /// A piece may end at any byte.
    ///
    /// Throws ``UnusableFile`` if the reader cannot use the file, and rethrows the errors of `take`. Do not use the
    /// reader after an error.
    public mutating func read(_ piece: UnsafeRawBufferPointer, _ take: (FollowerRow) throws -> Void) throws {
        guard case .head = work else { return try readRows(piece, take) }
        let size = min(piece.count, FileHead.longest - head.count)
        head.append(contentsOf: UnsafeRawBufferPointer(rebasing: piece[..<size]))
        guard head.count == FileHead.longest else { return }
        try decide(take)
        try readRows(UnsafeRawBufferPointer(rebasing: piece[size...]), take)
    }

    /// Reads the rest of the file after the last piece, and calls `take` for each remaining row.
    ///
    /// The last record may have no line end.
    ///
    /// Throws ``UnusableFile`` if the end of a quote is missing, or if the file has records but no openid.
    public mutating func finish(_ take: (FollowerRow) throws -> Void) throws {
        if case .head = work { try decide(take) }
        switch work {
        case .head: break
        case .lines(var splitter): if try splitter.finish() { try takeLine(splitter, take) }
        case .table(var splitter, let table): if try splitter.finish() { try takeRecord(splitter, table, take) }
        case .objects(var splitter, var rows): if try splitter.finish() { try takeObject(splitter, &rows, take) }
        }
        if good == 0, bad > 0 { throw nothingGood() }
    }

    /// Finds out the format of the file from the bytes in `head`, and reads the rows in these bytes.
    private mutating func decide(_ take: (FollowerRow) throws -> Void) throws {
        let bytes = head
        head = []
        try bytes.withUnsafeBytes { bytes in
            let head = try FileHead(bytes, columns)
            suspicion = head.suspicion
            switch head.format {
            case .lines:
                work = .lines(
                    RecordSplitter(
                        separator: nil, wanted: .all, line: head.line, followsReturn: head.followsReturn))
            case .objects:
                work = .objects(
                    RecordSplitter(
                        separator: nil, hasQuotes: false, wanted: .all, line: head.line,
                        followsReturn: head.followsReturn),
                    ObjectRows(columns: columns))
            case .table(let table):
                remarks += columns.unreadTags(in: table.names, besides: table.places).map { .unreadTags($0) }
                work = .table(
                    RecordSplitter(
                        separator: table.separator, wanted: .only(table.places.openID, table.places.tags),
                        line: head.line, followsReturn: head.followsReturn), table)
            }
            try readRows(UnsafeRawBufferPointer(rebasing: bytes[head.length...]), take)
        }
    }

    private mutating func readRows(_ piece: UnsafeRawBufferPointer, _ take: (FollowerRow) throws -> Void) throws {
        var index = 0
        switch work {
        case .head: break
        case .lines(var splitter):
            work = .head
            defer { work = .lines(splitter) }
            while splitter.next(piece, &index) { try takeLine(splitter, take) }
        case .table(var splitter, let table):
            work = .head
            defer { work = .table(splitter, table) }
            while splitter.next(piece, &index) { try takeRecord(splitter, table, take) }
        case .objects(var splitter, var rows):
            work = .head
            defer { work = .objects(splitter, rows) }
            while splitter.next(piece, &index) { try takeObject(splitter, &rows, take) }
        }
    }

    // MARK: Rows

    private mutating func takeLine(_ record: RecordSplitter, _ take: (FollowerRow) throws -> Void) throws {
        if record.fault != nil { return try refuse(record, take) }
        let openID: Result<OpenID, OpenIDCell.Fault>? = record.withCell(0) { cell in
            OpenIDCell(cell).openID.map { .success($0) } ?? OpenIDCell(Self.withoutSeparators(cell)).read()
        }
        guard let openID else { return }
        try self.take(openID, record.line, take) { nil }
    }

    /// Returns a line without the empty cells that a spreadsheet may have added after the openid.
    private static func withoutSeparators(_ cell: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let end = cell.lastIndex { $0 != 0x2C && $0 != 0x3B && $0 != 0x09 && $0 != 0x20 } ?? -1
        return UnsafeRawBufferPointer(rebasing: cell[..<(end + 1)])
    }

    private mutating func takeRecord(
        _ record: RecordSplitter, _ table: FileHead.Table, _ take: (FollowerRow) throws -> Void
    ) throws {
        if record.fault != nil { return try refuse(record, take) }
        guard record.lastFilled >= 0 else { return }
        let lines = record.lastLine - record.line
        if lines > Self.manyLines, !remarks.contains(where: \.isLongRecord) {
            remarks.append(.longRecord(line: record.line, lines: lines))
        }
        if record.lastFilled >= table.names.count {
            let shown = record.withCell(table.places.openID) { OpenIDCell($0).shown }
            return try refuse(
                shown, "more cells than the header has; put a cell that holds a separator in quotes", record.line, take)
        }
        let cell = record.withCell(table.places.openID) { OpenIDCell($0).read() }
        guard let cell else {
            return try refuse("", "nothing in the column \(table.names[table.places.openID])", record.line, take)
        }
        // If the file was joined from several files, the header may appear again. The reader skips such a header.
        if case .failure(let fault) = cell, isHeader(fault.shown, record, table) { return }
        // A row that was cut off may have had a tag. Only an empty cell means that the follower has no tag.
        if case .success(let openID) = cell, let column = table.places.tags, record.count <= column {
            return try refuse(
                openID.description, "fewer cells than the column \(table.names[column]) needs", record.line, take)
        }
        try self.take(cell, record.line, take) {
            guard let column = table.places.tags else { return nil }
            return try record.withCell(column) { try Self.tagText($0, record.line) }
        }
    }

    private func isHeader(_ shown: String, _ record: RecordSplitter, _ table: FileHead.Table) -> Bool {
        guard shown == table.names[table.places.openID] else { return false }
        guard let column = table.places.tags else { return true }
        return record.withCell(column) { Blanks.trimmedOfUnseen(String(decoding: $0, as: UTF8.self)) }
            == table.names[column]
    }

    private mutating func takeObject(
        _ record: RecordSplitter, _ rows: inout ObjectRows, _ take: (FollowerRow) throws -> Void
    ) throws {
        if record.fault != nil { return try refuse(record, take) }
        guard record.lastFilled >= 0 else { return }
        switch record.withCell(0, { rows.row($0) }) {
        case .follower(let openID, let tags, let unread):
            remarks += unread.map { Remark.unreadTags($0) }.filter { !remarks.contains($0) }
            good += 1
            try take(.follower(openID, tags: tags, line: record.line))
        case .bad(let shown, let reason): try refuse(shown, reason, record.line, take)
        }
    }

    private mutating func take(
        _ cell: Result<OpenID, OpenIDCell.Fault>, _ line: Int, _ take: (FollowerRow) throws -> Void,
        tags: () throws -> TagText?
    ) throws {
        switch cell {
        case .success(let openID):
            let tags = try tags()
            good += 1
            try take(.follower(openID, tags: tags, line: line))
        case .failure(let fault): try refuse(fault.shown, fault.reason, line, take)
        }
    }

    private static func tagText(_ cell: UnsafeRawBufferPointer, _ line: Int) throws -> TagText? {
        guard !cell.isEmpty else { return nil }
        guard let text = String(validating: cell, as: UTF8.self) else {
            throw UnusableFile.otherEncoding(cell, "line \(line)")
        }
        return NameEnds.isBlank(text) ? nil : .cell(text)
    }

    // MARK: Broken records

    private mutating func refuse(_ record: RecordSplitter, _ take: (FollowerRow) throws -> Void) throws {
        let reason: String
        switch record.fault {
        case .tooLong: reason = "more than \(RecordSplitter.longestCells) bytes"
        case .textAfterQuote, nil: reason = "text after a quoted cell"
        case .holdsRow(let line, let quote): reason = RecordSplitter.unclosed(quote, holding: line)
        }
        let lines = record.lastLine - record.line
        let place =
            lines > 1 ? "; it goes on to line \(record.lastLine - 1), see whether a quote should end earlier" : ""
        try refuse("", reason + place, record.line, take)
    }

    private mutating func refuse(
        _ text: String, _ reason: String, _ line: Int, _ take: (FollowerRow) throws -> Void
    ) throws {
        bad += 1
        firstBad = firstBad ?? (line, reason)
        if good == 0, bad >= Self.patience { throw nothingGood() }
        try take(.bad(text, reason: reason, line: line))
    }

    private func nothingGood() -> UnusableFile {
        if let suspicion { return suspicion }
        let form = "an openid is 28 characters and begins with o"
        let usual = OpenIDCell.usualReason
        let why = firstBad.map { $0.reason == usual ? form : "line \($0.line): \($0.reason)" } ?? form
        let some = bad >= Self.patience ? "first \(bad)" : "\(bad)"
        let error = UnusableFile(
            bad > 1 ? "none of its \(some) lines is an openid; \(why)" : "its only line is \(usual); \(why)")
        guard let firstBad, firstBad.reason == usual else { return error }
        return error.inLine(firstBad.line)
    }
}

extension FollowerReader.Remark {
    fileprivate var isLongRecord: Bool {
        if case .longRecord = self { true } else { false }
    }
}
