import OfficialAccount

/// Explains why this module cannot use a file, in words for the person who chose the file.
public struct UnusableFile: Error, Hashable, Sendable {
    /// The reason, as a clause in which "it" or "its" means the file.
    public let reason: String
    /// A shell command that converts the file into a usable file; nil if there is no such command. In the command,
    /// `FILE` is the path of this file, and `followers.csv` or `followers.ndjson` is the path of the usable file.
    public let command: String?
    /// The number of the line with the mistake; nil if the whole file is unusable, or if ``reason`` contains the
    /// number.
    public private(set) var line: Int?

    init(_ reason: String, command: String? = nil) {
        self.reason = reason
        self.command = command
    }

    /// Returns the reason and the command in one sentence. The command contains the name of the file.
    ///
    /// - Parameter name: the name of the file; nil for a file without a name, such as standard input.
    public func sentence(for name: String?) -> String {
        let reason = self.line.map { "\(self.reason) (line \($0))" } ?? self.reason
        guard let command else { return reason }
        guard let name else { return "\(reason): \(command)" }
        let path = name.hasPrefix("-") ? "./\(name)" : name
        let words = command.split(separator: " ", omittingEmptySubsequences: false).map { word in
            switch word {
            case "followers.csv": ShellText.word(Self.usable(path, "csv"))
            case "followers.ndjson": ShellText.word(Self.usable(path, "ndjson"))
            default:
                word.split(separator: "FILE", omittingEmptySubsequences: false).joined(separator: ShellText.word(path))
            }
        }
        return "\(reason): \(words.joined(separator: " "))"
    }

    /// Returns this error with `line` as the line of the mistake.
    func inLine(_ line: Int) -> UnusableFile {
        var error = self
        error.line = line
        return error
    }

    /// Returns the path of the usable file, with the file name extension `kind`. The returned path is never `path`
    /// itself, because the shell would then empty the file at `path` before the command reads the file.
    private static func usable(_ path: String, _ kind: String) -> String {
        let stem = stem(of: path)
        let usable = "\(stem).usable.\(kind)"
        return usable == path ? "\(stem).usable.usable.\(kind)" : usable
    }

    /// Returns `path` without the extensions of the file name.
    private static func stem(of path: String) -> String {
        let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
        guard let dot = name.dropFirst().firstIndex(of: ".") else { return path }
        return String(path[..<dot])
    }
}

extension UnusableFile {
    /// The shell command that converts the workbook `FILE` to a CSV file in UTF-8, in any locale.
    ///
    /// The numbers mean a comma (44), a quote (34) and UTF-8 (76). Without the numbers, LibreOffice uses the encoding
    /// of the locale, and writes `?` for each character that this encoding lacks.
    package static let workbookCommand =
        #"soffice --headless --convert-to "csv:Text - txt - csv (StarCalc):44,34,76" FILE"#

    /// - Parameter kind: the part of the file that holds the names, `header` or `object`.
    static func columnMissing(_ name: String, _ names: [String], _ kind: String) -> UnusableFile {
        UnusableFile("its \(kind) has no \(Self.part(of: kind)) named \(name), only \(shown(names))")
    }

    static func columnTwice(_ name: String, _ kind: String) -> UnusableFile {
        UnusableFile("its \(kind) has two \(Self.part(of: kind))s named \(name); rename one")
    }

    static func openQuote(line: Int) -> UnusableFile {
        UnusableFile("a quoted cell begins in line \(line) and does not end; close its quote, or remove the quote")
    }

    static func headerHoldsRow(_ line: Int, quote: Int) -> UnusableFile {
        UnusableFile("in its header, \(RecordSplitter.unclosed(quote, holding: line))")
    }

    static func otherEncoding(_ bytes: some Sequence<UInt8>, _ place: String) -> UnusableFile {
        let kind: FileKind = GB18030.isLikely(bytes) ? .gbk : .unknownText
        return kind.refusal(place)
    }

    private static func part(of kind: String) -> String { kind == "object" ? "member" : "column" }

    /// Returns the first ten of `names` as text, and the number of the names after them.
    static func shown(_ names: [String]) -> String {
        let some = names.prefix(10).map { $0.isEmpty ? "\"\"" : String($0.prefix(100)) }
        return some.joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
    }
}
