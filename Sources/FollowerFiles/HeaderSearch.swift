import OfficialAccount

/// Finds out why the first line of a file is not a header that the reader can use.
struct HeaderSearch {
    /// The number of lines in which the search looks for a header.
    private static let most = 20

    private let lines: [String]
    private let line: Int
    private let columns: FollowerColumns
    private let separators: [String]

    /// - Parameter bytes: the beginning of the file, from the first line that is not blank.
    /// - Parameter line: the number of that first line in the file.
    /// - Parameter separators: the separators that the reader tries.
    init(_ bytes: Slice<UnsafeRawBufferPointer>, line: Int, columns: FollowerColumns, separators: [UInt8]) {
        var lines: [String] = []
        var start = bytes.startIndex
        while lines.count < Self.most, start < bytes.endIndex {
            let end = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.endIndex
            lines.append(String(decoding: bytes[start..<end], as: UTF8.self))
            start = bytes[end...].starts(with: [0x0D, 0x0A]) ? end + 2 : min(end + 1, bytes.endIndex)
        }
        self.lines = lines
        self.line = line
        self.columns = columns
        self.separators = separators.map { String(Unicode.Scalar($0)) }
    }

    /// Whether the first line names the openid column.
    var isHeader: Bool {
        separators.contains { cells(lines.first ?? "", $0).contains { columns.isOpenID($0) } }
    }

    /// The error for a file that the reader surely cannot use: markup, a table drawn with `|`, or a table under a
    /// title. Nil for any other file.
    var certain: UnusableFile? {
        if let markup { return markup }
        if isDrawn { return Self.drawn }
        guard let header = headerBelow, header.isSeveral else { return nil }
        return Self.below(header.line)
    }

    /// The error to throw if the reader finds no openid; nil if the first lines do not show what is wrong.
    var probable: UnusableFile? {
        if let header = headerBelow { return Self.below(header.line) }
        guard let first = lines.first else { return nil }
        for separator in OtherSeparator.all {
            let cells = self.cells(first, separator.text)
            guard cells.count > 1 else { continue }
            if cells.contains(where: { columns.isOpenID($0) }) { return separator.inHeader.inLine(line) }
            if cells.contains(where: { OpenID($0) != nil }) { return separator.withoutHeader.inLine(line) }
        }
        return nil
    }

    // MARK: Markup

    private var markup: UnusableFile? {
        let first = Blanks.trimmedOfUnseen(lines.first ?? "").prefix(100).lowercased()
        if ["<!doctype html", "<html", "<head", "<body", "<table"].contains(where: { first.hasPrefix($0) }) {
            return UnusableFile("it is a web page (HTML); open it in a spreadsheet and save it as \"CSV UTF-8\"")
        }
        guard first.hasPrefix("<?xml") else { return nil }
        return UnusableFile("it is XML; open it in a spreadsheet and save it as \"CSV UTF-8\"")
    }

    /// Whether the file is a table drawn with `|`, as in Markdown and in the output of database clients.
    private var isDrawn: Bool {
        let first = Blanks.trimmedOfUnseen(lines.first ?? "")
        guard first.hasPrefix("|") || first.hasPrefix("+-") else { return false }
        return lines.contains { line in
            cells(line, "|").contains { columns.isOpenID($0) || OpenID($0) != nil }
        }
    }

    private static let drawn = UnusableFile(
        "it is a table drawn with |, such as Markdown; write commas between its cells with",
        command: "grep '^ *|' FILE | grep -v '^[-:+| ]*$' | sed 's/^ *| *//; s/ *| *$//; s/ *| */,/g' > followers.csv")

    // MARK: Titles

    /// The first line, from the second of `lines` on, that names the openid column. Nil if no such line exists, or if
    /// an openid comes before such a line.
    private var headerBelow: (line: Int, isSeveral: Bool)? {
        for (index, text) in lines.enumerated() {
            let rows = separators.map { cells(text, $0) }
            if rows.contains(where: { $0.contains { OpenID($0) != nil } }) { return nil }
            guard index > 0, let header = rows.first(where: { $0.contains { columns.isOpenID($0) } }) else { continue }
            return (line + index, header.count > 1)
        }
        return nil
    }

    private static func below(_ line: Int) -> UnusableFile {
        UnusableFile(
            "line \(line) looks like its header; remove the lines above it with",
            command: "tail -n +\(line) FILE > followers.csv")
    }

    /// Returns the cells of a line that are not empty, without quotes and blanks around them.
    private func cells(_ line: String, _ separator: String) -> [String] {
        line.split(separator: separator).map { cell in
            let text = Blanks.trimmedOfUnseen(String(cell)).trimmed { $0 == "\"" }
            return Blanks.trimmedOfUnseen(text)
        }
        .filter { !$0.isEmpty }
    }
}

/// A separator that the reader does not try.
private struct OtherSeparator {
    let text: String
    /// The name of the separator in error messages.
    private let name: String
    /// The shell command that replaces the separator with commas; nil if a line `sep=` is enough.
    private let command: String?

    private init(_ text: String, _ name: String? = nil, command: String? = nil) {
        self.text = text
        self.name = name ?? "\"\(text)\""
        self.command = command
    }

    static let all: [OtherSeparator] = plain + wide + unnamed

    /// The separators that a line `sep=` may name.
    private static let plain: [OtherSeparator] = ["|", ":", "^", "~", "#", "/"].map { OtherSeparator($0) }

    private static let wide: [OtherSeparator] = ["，", "；", "、", "：", "｜"].map { text in
        OtherSeparator(text, command: "sed 's/\(text)/,/g' FILE > followers.csv")
    }

    private static let unnamed: [OtherSeparator] = [
        OtherSeparator("\\t", "a backslash and a t", command: #"sed 's/\\t/,/g' FILE > followers.csv"#),
        OtherSeparator("\u{1}", "the character U+0001", command: #"tr '\001' ',' < FILE > followers.csv"#),
        OtherSeparator(" ", "spaces", command: "sed 's/  */,/g' FILE > followers.csv"),
    ]

    /// The error for a header with this separator between its cells.
    var inHeader: UnusableFile {
        guard let command else {
            return UnusableFile(
                "its header has \(name) between the cells; put a first line sep=\(text) over it with",
                command: "(echo 'sep=\(text)'; cat FILE) > followers.csv")
        }
        return UnusableFile("its header has \(name) between the cells; write commas instead with", command: command)
    }

    /// The error for a file that has no header, and has this separator between the cells of its rows.
    var withoutHeader: UnusableFile {
        let reason = "it has several columns, with \(name) between them, and no header"
        guard let command else {
            return UnusableFile("\(reason); put two lines over it: sep=\(text) and a header such as openid\(text)tag")
        }
        return UnusableFile(
            "\(reason); put a header such as openid,tag over it, and write commas with", command: command)
    }
}
