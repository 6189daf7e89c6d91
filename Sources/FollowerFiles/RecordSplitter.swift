import OfficialAccount

/// Splits bytes into records and their cells, by RFC 4180. The bytes may come in pieces of any size.
///
/// A quote opens a quoted cell only as the first byte of a cell. Anywhere else it is text. A quoted cell may hold
/// separators, line ends, and doubled quotes. LF, CR and CRLF all end a line. The splitter keeps only the wanted cells,
/// so memory does not grow with a record.
///
/// If a quote lacks its end, the quoted cell holds the rows that follow. So the splitter looks for openids in a quoted
/// cell, in the lines after its first line. A line with an openid between separators counts as a row.
struct RecordSplitter: Sendable {
    /// Why the content of a record is not certain.
    enum Fault: Sendable, Hashable {
        case tooLong
        case textAfterQuote
        /// A line inside a quoted cell is a row by itself. `quote` is the line in which the cell begins.
        case holdsRow(line: Int, quote: Int)
    }

    /// Returns the mistake of ``Fault/holdsRow(line:quote:)`` in words.
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
    /// The longest text between separators of a quoted cell that the splitter checks for an openid, in bytes.
    private static let longestInner = 256

    private enum Place: Sendable {
        case start
        case text
        case quoted
        /// After a quote in a quoted cell. If another quote follows, the two quotes mean one quote in the text.
        case quote
        /// After a quoted cell.
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
    /// Whether the quoted cell has met a line end.
    private var spansLines = false
    /// For a quoted cell that spans lines: the bytes of earlier pieces after the last separator or line end. It has at
    /// most ``longestInner`` bytes and one more byte.
    private var inner: [UInt8] = []
    /// For a quoted cell that spans lines: the index in the current piece at which the text after ``inner`` begins.
    private var innerStart = 0

    /// The line in which the record begins, from 1.
    private(set) var line: Int
    /// The line that the splitter has reached.
    private(set) var lastLine: Int
    /// The number of cells of the record.
    private(set) var count = 0
    /// The index of the last column with content; -1 if all are empty.
    private(set) var lastFilled = -1
    private(set) var fault: Fault?

    /// - Parameter separator: nil if a line is one cell.
    /// - Parameter followsReturn: whether the byte before the input was a carriage return. A line feed at the start
    ///   then belongs to the same line end.
    init(separator: UInt8?, hasQuotes: Bool = true, wanted: Wanted, line: Int, followsReturn: Bool) {
        self.followsReturn = followsReturn
        self.separator = separator ?? Self.carriageReturn
        self.hasQuotes = hasQuotes
        self.wanted = wanted
        self.line = line
        lastLine = line
    }

    /// Continues at `index`. Returns true if a record ended; the splitter keeps the record until the next call. If this
    /// function returns false, `index` is at the end.
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

    /// Ends the last record, which may have no line end. Returns whether there is such a record. Throws
    /// ``UnusableFile`` if a quote is open.
    mutating func finish() throws(UnusableFile) -> Bool {
        if hasEnded { begin() }
        if place == .quoted { throw .openQuote(line: quoteLine) }
        guard length > 0 || count > 0 else { return false }
        _ = end(Self.lineFeed)
        return true
    }

    /// Calls `body` with the bytes of a column of the record. The bytes are empty if the record has no such cell or the
    /// splitter does not keep it.
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
        // In the first round, if the cell does not span lines yet, the byte is a line end.
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

    /// Notes the fault if the text that ends at `index` is an openid by itself, on a line after the first line of the
    /// cell.
    private mutating func look(_ input: UnsafeRawBufferPointer, _ index: Int) {
        guard spansLines, OpenID.length...Self.longestInner ~= inner.count + index - innerStart else { return }
        if case .holdsRow = fault { return }
        let part = UnsafeRawBufferPointer(rebasing: input[innerStart..<index])
        let isOpenID =
            inner.isEmpty ? OpenIDCell(part).isOpenID : (inner + part).withUnsafeBytes { OpenIDCell($0).isOpenID }
        // This fault replaces a fault about the length, which would depend on the size of the pieces.
        if isOpenID { fault = .holdsRow(line: lastLine, quote: quoteLine) }
    }

    /// Ends the text at the separator or line end at `index`.
    private mutating func endInner(_ input: UnsafeRawBufferPointer, _ index: Int) {
        look(input, index)
        innerStart = index + 1
        if !inner.isEmpty { inner.removeAll(keepingCapacity: true) }
    }

    /// Keeps the beginning of the text if the piece ends before the text does.
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

    /// Ends the record if `byte` is a line end, and otherwise the cell. Returns whether it ended the record.
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
