/// The kind of a file that is not UTF-8 text, recognised by its bytes.
enum FileKind {
    case gzip, xz, zstd, bzip2, sevenZip, zip
    case xlsx, xls, ods
    case utf16(isBigEndian: Bool), utf32, gbk
    case sqlite, pdf
    case unknownText

    /// Returns the kind that the beginning of a file shows; nil if the file may be UTF-8 text.
    static func of(_ head: UnsafeRawBufferPointer) -> FileKind? {
        for (signature, kind) in signatures where head.starts(with: signature) { return kind }
        if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            return zipped(head)
        }
        return withoutMark(head)
    }

    private static let signatures: [([UInt8], FileKind)] =
        (1...9).map { (Array("BZh\($0)1AY&SY".utf8), .bzip2) } + [
            ([0x1F, 0x8B], .gzip),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .xz),
            ([0x28, 0xB5, 0x2F, 0xFD], .zstd),
            ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .sevenZip),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], .xls),
            ([0xFF, 0xFE, 0x00, 0x00], .utf32), ([0x00, 0x00, 0xFE, 0xFF], .utf32),
            ([0xFF, 0xFE], .utf16(isBigEndian: false)), ([0xFE, 0xFF], .utf16(isBigEndian: true)),
            (Array("SQLite format 3".utf8) + [0], .sqlite),
            (Array("%PDF-".utf8), .pdf),
        ]

    /// Tells the kind of a zip archive by the file names near its beginning.
    private static func zipped(_ head: UnsafeRawBufferPointer) -> FileKind {
        let names = String(decoding: head.prefix(8192), as: UTF8.self)
        if names.contains("opendocument.spreadsheet") { return .ods }
        return names.contains("[Content_Types].xml") || names.contains("xl/") ? .xlsx : .zip
    }

    /// Recognises UTF-16 without a byte order mark: every second byte of the first characters, which are ASCII, is
    /// zero.
    private static func withoutMark(_ head: UnsafeRawBufferPointer) -> FileKind? {
        let letters = head.prefix(12)
        guard letters.count >= 4 else { return nil }
        let pairs = stride(from: 0, to: letters.count - 1, by: 2)
        if pairs.allSatisfy({ head[$0] != 0 && head[$0 + 1] == 0 }) { return .utf16(isBigEndian: false) }
        return pairs.allSatisfy({ head[$0] == 0 && head[$0 + 1] != 0 }) ? .utf16(isBigEndian: true) : nil
    }

    /// Returns the error for a file of this kind.
    ///
    /// - Parameter place: where the bytes were found, such as `line 7`; `it` for the whole file.
    func refusal(_ place: String = "it") -> UnusableFile {
        switch self {
        case .gzip: Self.packed("gzip", "gzip -dc FILE > followers.csv", place)
        case .xz: Self.packed("xz", "xz -dc FILE > followers.csv", place)
        case .zstd: Self.packed("zstd", "zstd -dc FILE > followers.csv", place)
        case .bzip2: Self.packed("bzip2", "bzip2 -dc FILE > followers.csv", place)
        case .sevenZip: UnusableFile("\(place) is a 7z archive; unpack it with", command: "7z x FILE")
        case .zip: UnusableFile("\(place) is a zip archive; unpack it with", command: "unzip FILE")
        case .xlsx: Self.workbook("an Excel workbook (xlsx)", place)
        case .xls: Self.workbook("an old Excel workbook (xls)", place)
        case .ods: Self.workbook("an OpenDocument spreadsheet (ods)", place)
        case .utf16(let isBigEndian): Self.encoded("UTF-16", isBigEndian ? "UTF-16BE" : "UTF-16LE", place)
        case .utf32: Self.encoded("UTF-32", "UTF-32", place)
        case .gbk: Self.encoded("GBK", "GB18030", place)
        case .sqlite: UnusableFile("\(place) is an SQLite database, such as a run file, and not a list of followers")
        case .pdf: UnusableFile("\(place) is a PDF document and not a list of followers")
        case .unknownText:
            UnusableFile("\(place) is not text in UTF-8; save it as such, in a spreadsheet as \"CSV UTF-8\"")
        }
    }

    private static func packed(_ name: String, _ command: String, _ place: String) -> UnusableFile {
        UnusableFile("\(place) is packed with \(name); unpack it with", command: command)
    }

    private static func encoded(_ name: String, _ code: String, _ place: String) -> UnusableFile {
        UnusableFile(
            "\(place) is text in \(name), not in UTF-8; convert it with",
            command: "iconv -f \(code) -t UTF-8 FILE > followers.csv")
    }

    /// 76 is LibreOffice's number for UTF-8, 44 a comma and 34 a quote.
    private static func workbook(_ name: String, _ place: String) -> UnusableFile {
        UnusableFile(
            "\(place) is \(name), not text; save it as \"CSV UTF-8\", or convert it with",
            command: #"soffice --headless --convert-to "csv:Text - txt - csv (StarCalc):44,34,76" FILE"#)
    }
}

/// The Chinese encoding GB 18030, of which GBK and GB 2312 are parts.
enum GB18030 {
    /// Returns whether the bytes are valid in this encoding and hold a two-byte Chinese character.
    static func isLikely(_ bytes: some Sequence<UInt8>) -> Bool {
        var iterator = bytes.makeIterator()
        var hasPair = false
        while let lead = iterator.next() {
            if lead < 0x80 { continue }
            // A character that is cut off at the end is not a mistake.
            guard 0x81...0xFE ~= lead, let second = iterator.next() else { return hasPair && 0x81...0xFE ~= lead }
            switch second {
            case 0x40...0x7E, 0x80...0xFE: hasPair = true
            case 0x30...0x39:
                guard let third = iterator.next(), let fourth = iterator.next() else { return hasPair }
                guard 0x81...0xFE ~= third, 0x30...0x39 ~= fourth else { return false }
            default: return false
            }
        }
        return hasPair
    }
}
