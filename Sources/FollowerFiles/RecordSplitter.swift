import OfficialAccount

/// Splits bytes into records and their cells, by RFC 4180. The bytes may come in pieces of any size.
///
/// A quote opens a quoted cell only as the first byte of a cell. In any other cell, a quote is text. A quoted cell may
/// hold separators, line ends, and doubled quotes. LF, CR and CRLF all end a line. The splitter keeps only the wanted
/// cells, so its memory does not grow with the length of a record.
///
/// If the closing quote of a cell is missing, the cell also holds the rows that follow. So the splitter looks for
/// openids in each quoted cell, from the second line of the cell on. If such a line has an openid between separators,
/// the splitter reports the line as a row.
struct RecordSplitter: Sendable {
    /// Why the content of a record is not certain.
    enum Fault: Sendable, Hashable {
        case tooLong
        case textAfterQuote
        /// The line with the number `line` is inside a quoted cell, but looks like a row. `quote` is the number of the
        /// line in which the cell begins.
        case holdsRow(line: Int, quote: Int)
    }

    /// Returns the message for ``Fault/holdsRow(line:quote:)``.
    static func unclosed(_ quote: Int, holding line: Int) -> String {
        "the quote that begins in line \(quote) is not closed and contains the row in line \(line); close it"
    }

    /// The cells that the splitter keeps.
    enum Wanted: Sendable {
        case all
        case only(Int, Int?)
    }

    /// The most bytes of a record.
    static let longestRecord = 1 << 20
    /// The most bytes of the wanted cells of a record.
    static let longestCells = 1 << 16
    /// In a quoted cell, the splitter looks for an openid only in a text of at most this many bytes.
    private static let longestInner = 256

    private enum Place: Sendable {
        case start
        case text
        case quoted
        /// After a quote in a quoted cell. If another quote follows, the two quotes are one quote of the text.
        case quote
        /// After the closing quote of a cell.
        case closed
        /// In the rest of a line after a fault.
        case rest
    }

    private struct Kept: Sendable {
        let column: Int
        let start: Int
        var end: Int
    }

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// The byte between cells. If each line is one cell, the separator is a carriage return.
    private let separator: UInt8
    private let hasQuotes: Bool
    private let wanted: Wanted

    private var place = Place.start
    private var bytes: [UInt8] = []
    private var kept: [Kept] = []
    private var length = 0
    private var hasEnded = false
    private var followsReturn: Bool
    private var quoteLine = 0
    /// Whether the quoted cell contains a line end so far.
    private var spansLines = false
    /// For a quoted cell that spans lines: the bytes of earlier pieces that come after the last separator or line end.
    /// The splitter keeps at most ``longestInner`` + 1 of these bytes.
    private var inner: [UInt8] = []
    /// For a quoted cell that spans lines: the index, in the current piece, of the first byte that follows ``inner``.
    private var innerStart = 0

    /// The line in which the record begins, from 1.
    private(set) var line: Int
    /// The line that the splitter has reached.
    private(set) var lastLine: Int
    /// The number of cells of the record.
    private(set) var count = 0
    /// The index of the last column with content; -1 if all columns of the record are empty.
    private(set) var lastFilled = -1
    private(set) var fault: Fault?

    /// - Parameter separator: the byte between cells; nil if each line is one cell.
    /// - Parameter followsReturn: whether the byte before the input was a carriage return. If so, a line feed at the
    ///   start of the input does not end another line.
    init(separator: UInt8?, hasQuotes: Bool = true, wanted: Wanted, line: Int, followsReturn: Bool) {
        self.followsReturn = followsReturn
        self.separator = separator ?? Self.carriageReturn
        self.hasQuotes = hasQuotes
        self.wanted = wanted
        self.line = line
        lastLine = line
    }

    /// Reads `input` from `index` to the end of a record or of the input, and moves `index` past the bytes that it has
    /// read. Returns true if a record has ended. The splitter keeps this record until the next call of this function.
    /// Returns false if the input has ended first.
    mutating func next(_ input: UnsafeRawBufferPointer, _ index: inout Int) -> Bool {
        if hasEnded { begin() }
        while index < input.count {
            if followsReturn, place != .quoted {
                followsReturn = false
                if input[index] == Self.lineFeed {
                    index += 1
                    continue
                }
            }
            switch place {
            case .start:
                place = .text
                guard hasQuotes, input[index] == Self.quote else { continue }
                index += 1
                length += 1
                quoteLine = lastLine
                spansLines = false
                if !inner.isEmpty { inner.removeAll(keepingCapacity: true) }
                place = .quoted
            case .text, .rest:
                let isRest = place == .rest
                let start = index
                while index < input.count {
                    let byte = input[index]
                    if byte == Self.lineFeed || byte == Self.carriageReturn || byte == separator && !isRest { break }
                    index += 1
                }
                if start < index { take(input, start..<index, keeps: !isRest) }
                guard index < input.count else { return false }
                if end(input[index]) {
                    index += 1
                    return true
                }
                index += 1
            case .quoted: readQuoted(input, &index)
            case .quote:
                if input[index] == Self.quote {
                    take(input, index..<index + 1, keeps: true)
                    index += 1
                    place = .quoted
                } else {
                    place = .closed
                }
            case .closed:
                let byte = input[index]
                if byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn {
                    index += 1
                    if end(byte) { return true }
                } else if byte == 0x20 || byte == 0x09 {
                    index += 1
                    length += 1
                } else {
                    fault = fault ?? .textAfterQuote
                    place = .rest
                }
            }
        }
        keepInner(input)
        return false
    }

    /// Ends a last record that has no line end. Returns whether the input has such a record. Throws ``UnusableFile`` if
    /// the closing quote of a cell is missing.
    mutating func finish() throws(UnusableFile) -> Bool {
        if hasEnded { begin() }
        if place == .quoted { throw .openQuote(line: quoteLine) }
        guard length > 0 || count > 0 else { return false }
        _ = end(Self.lineFeed)
        return true
    }

    /// Calls `body` with the bytes of the record's cell in `column`. The bytes are empty if the record has no such
    /// cell, or if the splitter does not keep the cell.
    func withCell<Value>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try bytes.withUnsafeBytes { bytes in
            for cell in kept where cell.column == column {
                return try body(UnsafeRawBufferPointer(rebasing: bytes[cell.start..<cell.end]))
            }
            return try body(UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    private mutating func readQuoted(_ input: UnsafeRawBufferPointer, _ index: inout Int) {
        let start = index
        if !spansLines {
            while index < input.count {
                let byte = input[index]
                if byte == Self.quote || byte == Self.lineFeed || byte == Self.carriageReturn { break }
                index += 1
            }
        }
        var isAfterReturn = followsReturn
        // The loop above stops at a quote or a line end. So if `spansLines` is false, this loop begins at a line end.
        while index < input.count, input[index] != Self.quote {
            let byte = input[index]
            if byte == Self.lineFeed, isAfterReturn {
                innerStart = index + 1
            } else if byte == Self.lineFeed || byte == Self.carriageReturn {
                endInner(input, index)
                spansLines = true
                lastLine += 1
            } else if byte == separator {
                endInner(input, index)
            }
            isAfterReturn = byte == Self.carriageReturn
            index += 1
        }
        if start < index { take(input, start..<index, keeps: true) }
        followsReturn = isAfterReturn && index == input.count
        guard index < input.count else { return }
        look(input, index)
        index += 1
        length += 1
        place = .quote
    }

    // MARK: Rows inside a quoted cell

    /// Sets ``fault`` if the text from the last separator or line end to `index` is an openid. Ignores the first line
    /// of the cell.
    private mutating func look(_ input: UnsafeRawBufferPointer, _ index: Int) {
        guard spansLines, OpenID.length...Self.longestInner ~= inner.count + index - innerStart else { return }
        if case .holdsRow = fault { return }
        let part = UnsafeRawBufferPointer(rebasing: input[innerStart..<index])
        let isOpenID =
            inner.isEmpty ? OpenIDCell(part).isOpenID : (inner + part).withUnsafeBytes { OpenIDCell($0).isOpenID }
        // The size of the pieces decides whether this fault or `tooLong` comes first. The result must not depend on
        // that size, so this fault always replaces `tooLong`.
        if isOpenID { fault = .holdsRow(line: lastLine, quote: quoteLine) }
    }

    /// Looks for an openid in the text that ends before the separator or line end at `index`, and begins the next text.
    private mutating func endInner(_ input: UnsafeRawBufferPointer, _ index: Int) {
        look(input, index)
        innerStart = index + 1
        if !inner.isEmpty { inner.removeAll(keepingCapacity: true) }
    }

    /// If the piece ends inside a text, adds the text's bytes to ``inner``.
    private mutating func keepInner(_ input: UnsafeRawBufferPointer) {
        guard spansLines, place == .quoted || place == .quote else { return }
        let end = min(input.count, innerStart + Self.longestInner + 1 - inner.count)
        inner.append(contentsOf: UnsafeRawBufferPointer(rebasing: input[innerStart..<end]))
        innerStart = 0
    }

    private mutating func take(_ input: UnsafeRawBufferPointer, _ range: Range<Int>, keeps: Bool) {
        length += range.count
        if length > Self.longestRecord { return drop() }
        if lastFilled < count, input[range].contains(where: { $0 != 0x20 && $0 != 0x09 }) { lastFilled = count }
        guard keeps, fault == nil else { return }
        switch wanted {
        case .all: break
        case .only(let first, let second): guard count == first || count == second else { return }
        }
        guard bytes.count + range.count <= Self.longestCells else { return drop() }
        if kept.last?.column == count {
            kept[kept.count - 1].end += range.count
        } else {
            kept.append(Kept(column: count, start: bytes.count, end: bytes.count + range.count))
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: input[range]))
    }

    private mutating func drop() {
        fault = fault ?? .tooLong
        bytes.removeAll(keepingCapacity: true)
        kept.removeAll(keepingCapacity: true)
    }

    /// Ends the cell, and also the record if `byte` is a line end. Returns whether the record has ended.
    private mutating func end(_ byte: UInt8) -> Bool {
        endCell()
        guard byte == Self.lineFeed || byte == Self.carriageReturn else {
            length += 1
            return false
        }
        followsReturn = byte == Self.carriageReturn
        hasEnded = true
        lastLine += 1
        return true
    }

    private mutating func endCell() {
        count += 1
        place = .start
    }

    private mutating func begin() {
        hasEnded = false
        place = .start
        bytes.removeAll(keepingCapacity: true)
        kept.removeAll(keepingCapacity: true)
        length = 0
        count = 0
        lastFilled = -1
        fault = nil
        line = lastLine
    }
}
