import OfficialAccount

/// Reads the beginning of a file, to find out the format of the file.
struct FileHead {
    enum Format: Sendable {
        /// One openid on each line.
        case lines
        case table(Table)
        /// One JSON object on each line.
        case objects
    }

    /// A table with a header.
    struct Table: Sendable {
        let separator: UInt8
        let places: FollowerColumns.Places
        let names: [String]
    }

    /// The most bytes that the reader keeps before it knows the format.
    static let longest = 1 << 16

    private(set) var format = Format.lines
    /// The number of bytes before the first row.
    private(set) var length = 0
    /// The line number of the first row. Lines count from 1.
    private(set) var line = 1
    /// The error to throw for a file of ``Format/lines`` or ``Format/objects`` in which no line has an openid; nil if
    /// the head shows no mistake.
    private(set) var suspicion: UnusableFile?

    private let bytes: UnsafeRawBufferPointer
    private let columns: FollowerColumns
    /// The separator that a `sep=` line names; nil if the file has no such line.
    private var named: UInt8?

    private static let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]

    /// Reads the head of a file. Throws ``UnusableFile`` if the reader cannot use the file.
    init(_ bytes: UnsafeRawBufferPointer, _ columns: FollowerColumns) throws(UnusableFile) {
        self.bytes = bytes
        self.columns = columns
        if let kind = FileKind.of(bytes) { throw kind.refusal() }
        while bytes[length...].starts(with: [0xEF, 0xBB, 0xBF]) { length += 3 }
        skipBlankLines()
        if takeSeparatorLine() { skipBlankLines() }
        guard length < bytes.count else { return }
        do throws(UnusableFile) {
            try checkText()
        } catch {
            // In a file of JSON objects, a member that the reader does not need may hold any bytes. So the reader
            // throws this error only if no line has an openid.
            guard bytes[length] == UInt8(ascii: "{") else { throw error }
            suspicion = error
        }
        switch bytes[length] {
        case UInt8(ascii: "{"):
            guard !isObjectOverLines else {
                throw UnusableFile(
                    "it has JSON objects over several lines; write each on one line with",
                    command: "jq -c . FILE > followers.ndjson")
            }
            format = .objects
        case UInt8(ascii: "[") where isArray:
            throw UnusableFile(
                "it is one JSON array; write each element on one line with",
                command: "jq -c '.[]' FILE > followers.ndjson")
        default: try takeHeader()
        }
    }

    /// Whether the byte before the first row is a carriage return. If so, a line feed at the beginning of the first row
    /// belongs to the same line end.
    var followsReturn: Bool { length > 0 && bytes[length - 1] == 0x0D }

    // MARK: Lines

    /// The index of the first line end at or after `length`; the number of bytes if no line end follows.
    private var lineEnd: Int {
        bytes[length...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
    }

    private mutating func skipLine() {
        length = lineEnd
        guard length < bytes.count else { return }
        length += bytes[length...].starts(with: [0x0D, 0x0A]) ? 2 : 1
        line += 1
    }

    private mutating func skipBlankLines() {
        while length < bytes.count {
            let end = lineEnd
            guard end < bytes.count, bytes[length..<end].allSatisfy({ $0 == 0x20 || Self.separators.contains($0) })
            else {
                return
            }
            skipLine()
        }
    }

    /// Skips a line such as `sep=;`, which spreadsheets read and write. Returns true if the line at `length` is such a
    /// line.
    private mutating func takeSeparatorLine() -> Bool {
        var text = bytes[length..<lineEnd].filter { $0 != 0x20 }[...]
        if text.first == 0x22, text.last == 0x22 { text = text.dropFirst().dropLast() }
        guard text.count >= 5, String(decoding: text.prefix(4), as: UTF8.self).lowercased() == "sep=" else {
            return false
        }
        let separator = text[text.startIndex + 4]
        // A spreadsheet may have read the line as a row, and may have added separators at the end of the line.
        guard Self.canSeparate(separator), text.dropFirst(5).allSatisfy({ Self.separators.contains($0) }) else {
            return false
        }
        named = separator
        skipLine()
        return true
    }

    private static func canSeparate(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09: true
        case 0x21...0x7E:
            byte != 0x22 && !isAlphanumeric(byte) && byte != UInt8(ascii: "_") && byte != UInt8(ascii: "-")
        default: false
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        0x30...0x39 ~= byte || 0x41...0x5A ~= byte || 0x61...0x7A ~= byte
    }

    /// Throws if the first line is not UTF-8 text.
    private func checkText() throws(UnusableFile) {
        let first = bytes[length..<lineEnd]
        // The head may end in the middle of a character.
        let isCut = lineEnd == bytes.count && bytes.count == Self.longest
        let text = isCut ? first.dropLast(3) : first
        if first.contains(0) { throw FileKind.unknownText.refusal() }
        if String(validating: text, as: UTF8.self) == nil, !(isCut && first.count <= 3) {
            throw .otherEncoding(first, "it")
        }
    }

    // MARK: JSON

    private var isArray: Bool {
        let next = bytes[length...].dropFirst().first { !Self.isSpace($0) }
        return [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "]")].contains(next)
    }

    /// Whether the first object continues after its first line. False if the next line begins another object, because
    /// the end of the first object is then missing.
    private var isObjectOverLines: Bool {
        let end = lineEnd
        guard !Self.isClosed(bytes[length..<end]), let next = bytes[end...].first(where: { !Self.isSpace($0) }) else {
            return false
        }
        switch next {
        case UInt8(ascii: "\""), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","): return true
        default:
            let last = bytes[length..<end].last(where: { !Self.isSpace($0) })
            return last == UInt8(ascii: "{") || last == UInt8(ascii: "[")
        }
    }

    /// Returns whether a line of JSON closes the first bracket that the line opens. Brackets inside JSON strings do not
    /// count.
    private static func isClosed(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
        var depth = 0
        var isText = false
        var isEscaped = false
        for byte in line {
            switch byte {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\") where isText: isEscaped = true
            case UInt8(ascii: "\""): isText.toggle()
            case UInt8(ascii: "{") where !isText, UInt8(ascii: "[") where !isText: depth += 1
            case UInt8(ascii: "}") where !isText, UInt8(ascii: "]") where !isText:
                depth -= 1
                if depth == 0 { return true }
            default: break
            }
        }
        return false
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    // MARK: The header

    private struct Candidate {
        let separator: UInt8
        let names: [String]
        let length: Int
        let line: Int

        /// Whether more than one cell has content. A tab before a single openid does not make a second column.
        var isSeveral: Bool { names.count { !$0.isEmpty } > 1 }
    }

    /// The separators that the reader tries, with the preferred separator first.
    private var tried: [UInt8] { (named.map { [$0] } ?? []) + Self.separators.filter { $0 != named } }

    /// Reads the first record if it is a header. Throws if the header has no openid column, or if the file needs a
    /// header and has no header.
    private mutating func takeHeader() throws(UnusableFile) {
        let candidates = tried.compactMap { candidate($0) }
        var best: (candidate: Candidate, places: FollowerColumns.Places)?
        var failure: UnusableFile?
        for candidate in candidates {
            do {
                guard let places = try columns.places(in: candidate.names, of: "header") else { continue }
                // If several separators find the openid column, prefer the first separator that also finds a tag
                // column. Otherwise use the first separator that finds the openid column.
                guard best == nil || best?.places.tags == nil && places.tags != nil else { continue }
                best = (candidate, places)
            } catch {
                failure = failure ?? error
            }
        }
        if let best {
            format = .table(
                Table(separator: best.candidate.separator, places: best.places, names: best.candidate.names))
            length = best.candidate.length
            line = best.candidate.line
            return
        }
        if let failure { throw failure.inLine(line) }
        try checkLines(candidates)
    }

    /// Throws if the file needs a header, or if the file is certainly not a list with one openid on each line.
    private mutating func checkLines(_ candidates: [Candidate]) throws(UnusableFile) {
        let search = HeaderSearch(bytes[length...], line: line, columns: columns, separators: tried)
        if let certain = search.certain { throw certain }
        let swallowed = self.swallowed
        if let swallowed, search.isHeader { throw swallowed }
        suspicion = swallowed ?? search.probable
        let widest = candidates.max { $0.names.count < $1.names.count }
        let isFollower = candidates.contains { $0.names.contains { OpenID($0) != nil } }
        guard let widest, widest.isSeveral || columns.openID != nil || isNamedTags else {
            return
        }
        if isFollower {
            guard !widest.isSeveral else {
                throw UnusableFile("it has several columns and no header; put a first line over it, such as openid,tag")
                    .inLine(line)
            }
            throw UnusableFile("it has no header, and so no column named \(columns.openID ?? tagsName)").inLine(line)
        }
        throw suspicion ?? columns.missingOpenIDs(widest.names, "header").inLine(line)
    }

    /// The error for a header in which the end of a quote is missing, so that the header contains a row; nil for any
    /// other header.
    private var swallowed: UnusableFile? {
        for separator in tried {
            if case .holdsRow(let row, let quote) = header(separator).splitter.fault {
                return UnusableFile.headerHoldsRow(row, quote: quote)
            }
        }
        return nil
    }

    private var tagsName: String {
        if case .named(let name) = columns.tags { name } else { "tag" }
    }

    private var isNamedTags: Bool {
        if case .named = columns.tags { true } else { false }
    }

    /// Returns the first record, split at `separator`; nil if the record has a fault or does not end within the head.
    private func candidate(_ separator: UInt8) -> Candidate? {
        let header = self.header(separator)
        guard let end = header.end, header.splitter.fault == nil else { return nil }
        let splitter = header.splitter
        let names = (0..<splitter.count).map { column in
            splitter.withCell(column) { Blanks.trimmedOfUnseen(String(decoding: $0, as: UTF8.self)) }
        }
        return Candidate(separator: separator, names: names, length: end, line: splitter.lastLine)
    }

    /// Splits the first record at `separator`. `end` is the index after the record; nil if the record does not end
    /// within the head.
    private func header(_ separator: UInt8) -> (splitter: RecordSplitter, end: Int?) {
        var splitter = RecordSplitter(separator: separator, wanted: .all, line: line, followsReturn: followsReturn)
        var index = length
        let hasEnded =
            splitter.next(bytes, &index) || (bytes.count < Self.longest && ((try? splitter.finish()) ?? false))
        return (splitter, hasEnded ? index : nil)
    }
}
