/// The kind of a file that is not UTF-8 text, recognised by its bytes.
enum FileKind: Sendable {
    /// Packed data. The first value is the name of the packed format. `by` is the program that unpacks the data to
    /// standard output.
    case packed(String, by: String)
    /// An archive of files, and the command that unpacks the archive.
    case archive(String, command: String)
    case workbook(String)
    /// Text in an encoding other than UTF-8. `code` is the name of the encoding for `iconv`.
    case encoded(String, code: String)
    case gbk
    case sqlite
    /// Something that holds no text, such as `a PNG image`.
    case other(String)
    case unknownText

    /// Returns the kind that the beginning of a file shows; nil if the file may be UTF-8 text.
    static func of(_ head: UnsafeRawBufferPointer) -> FileKind? {
        for (signature, kind) in signatures where head.starts(with: signature) { return kind }
        // The fourth byte of a bzip2 file is a digit.
        if head.count >= 10, head.starts(with: "BZh".utf8), head[4..<10].elementsEqual("1AY&SY".utf8) {
            return .packed("bzip2", by: "bzip2")
        }
        if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            return ZipEntries.kind(of: head)
        }
        if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) { return oldOffice(head) }
        if head.count >= 262, head[257..<262].elementsEqual("ustar".utf8), head[..<257].contains(0) {
            return .archive("a tar archive", command: "tar -xf FILE")
        }
        return UnmarkedText.kind(of: head)
    }

    private static let signatures: [([UInt8], FileKind)] = packers + documents + encodings

    private static let packers: [([UInt8], FileKind)] = [
        ([0x1F, 0x8B], .packed("gzip", by: "gzip")),
        ([0x1F, 0x9D], .packed("compress", by: "gzip")),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .packed("xz", by: "xz")),
        ([0x5D, 0x00, 0x00], .packed("lzma", by: "xz")),
        ([0x28, 0xB5, 0x2F, 0xFD], .packed("zstd", by: "zstd")),
        ([0x04, 0x22, 0x4D, 0x18], .packed("lz4", by: "lz4")),
        ([0x02, 0x21, 0x4C, 0x18], .packed("lz4", by: "lz4")),
        ([0x89, 0x4C, 0x5A, 0x4F, 0x00], .packed("lzop", by: "lzop")),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .archive("a 7z archive", command: "7z x FILE")),
        (Array("Rar!\u{1A}\u{7}".utf8), .archive("a rar archive", command: "unrar x FILE")),
    ]

    private static let documents: [([UInt8], FileKind)] = [
        (Array("SQLite format 3\u{0}".utf8), .sqlite),
        (Array("%PDF-".utf8), .other("a PDF document")),
        (Array("{\\rtf".utf8), .other("an RTF document")),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], .other("a PNG image")),
        ([0xFF, 0xD8, 0xFF], .other("a JPEG image")),
        (Array("GIF87a".utf8), .other("a GIF image")),
        (Array("GIF89a".utf8), .other("a GIF image")),
        (Array("PAR1\u{15}".utf8), .other("a Parquet file")),
        (Array("Obj\u{1}".utf8), .other("an Avro file")),
        (Array("ARROW1\u{0}\u{0}".utf8), .other("an Arrow file")),
    ]

    private static let encodings: [([UInt8], FileKind)] = [
        ([0xFF, 0xFE, 0x00, 0x00], .encoded("UTF-32", code: "UTF-32")),
        ([0x00, 0x00, 0xFE, 0xFF], .encoded("UTF-32", code: "UTF-32")),
        ([0xFF, 0xFE], .encoded("UTF-16", code: "UTF-16LE")),
        ([0xFE, 0xFF], .encoded("UTF-16", code: "UTF-16BE")),
    ]

    /// Returns the kind of a file of an old Office program. The names in the directory inside the file show the kind.
    /// This function finds the names only if the directory is near the beginning of the file.
    private static func oldOffice(_ head: UnsafeRawBufferPointer) -> FileKind {
        func holds(_ name: String) -> Bool {
            let bytes: [UInt8] = name.utf8.flatMap { [$0, 0] }
            return head.indices.contains { head[$0...].starts(with: bytes) }
        }
        if holds("WordDocument") { return .other("an old Word document (doc)") }
        if holds("PowerPoint Document") { return .other("an old PowerPoint presentation (ppt)") }
        return .workbook("an old Excel workbook (xls)")
    }

    /// Returns the error for a file of this kind.
    ///
    /// - Parameter place: the part of the file that has this kind, such as `line 7`; `it` for the whole file.
    func refusal(_ place: String = "it") -> UnusableFile {
        switch self {
        case .packed(let name, let program):
            UnusableFile(
                "\(place) is packed with \(name); unpack it with", command: "\(program) -dc FILE > followers.csv")
        case .archive(let name, let command): UnusableFile("\(place) is \(name); unpack it with", command: command)
        case .workbook(let name):
            UnusableFile(
                "\(place) is \(name), not text; save it as \"CSV UTF-8\", or convert it with",
                command: UnusableFile.workbookCommand)
        case .encoded(let name, let code):
            UnusableFile("\(place) is text in \(name), not in UTF-8; convert it with", command: Self.iconv(code))
        case .gbk:
            UnusableFile(
                "\(place) is text in GBK or another encoding, not in UTF-8; if it is GBK, convert it with",
                command: Self.iconv("GB18030"))
        case .sqlite: UnusableFile("\(place) is an SQLite database, such as a run file, and not a list of followers")
        case .other(let name): UnusableFile("\(place) is \(name) and not a list of followers")
        case .unknownText:
            UnusableFile(
                "\(place) is not text in UTF-8: it has another encoding, or is not text; save it as UTF-8, in a spreadsheet as \"CSV UTF-8\""
            )
        }
    }

    private static func iconv(_ code: String) -> String { "iconv -f \(code) -t UTF-8 FILE > followers.csv" }
}

/// Finds out the kind of a zip archive from the names of the files at its beginning.
private enum ZipEntries {
    static func kind(of head: UnsafeRawBufferPointer) -> FileKind {
        let start = String(decoding: head.prefix(200), as: UTF8.self)
        if start.contains("opendocument.spreadsheet") { return .workbook("an OpenDocument spreadsheet (ods)") }
        if start.contains("opendocument.") { return .other("an OpenDocument file (such as odt)") }
        let names = Self.names(head)
        func holds(_ folder: String) -> Bool { names.contains { $0.hasPrefix(folder) } }
        if holds("word/") { return .other("a Word document (docx)") }
        if holds("ppt/") { return .other("a PowerPoint presentation (pptx)") }
        if holds("xl/") || holds("[Content_Types].xml") { return .workbook("an Excel workbook (xlsx)") }
        if names.contains(where: { $0.hasSuffix(".iwa") }) { return .other("a document of Numbers, Pages or Keynote") }
        return .archive("a zip archive", command: "unzip FILE")
    }

    /// Returns the names of the files at the beginning of a zip archive. Each file has a header: a signature, 26 more
    /// bytes, and then the name. The last four of the 26 bytes are two lengths: of the name, and of the extra data
    /// after the name.
    private static func names(_ head: UnsafeRawBufferPointer) -> [String] {
        var names: [String] = []
        var index = 0
        while index + 30 <= head.count {
            guard head[index...].starts(with: [0x50, 0x4B, 0x03, 0x04]) else {
                index += 1
                continue
            }
            let length = Int(head[index + 26]) + Int(head[index + 27]) * 256
            index += 30
            names.append(String(decoding: head[index..<min(index + length, head.count)], as: UTF8.self))
        }
        return names
    }
}
