/// Why a whole file is of no use, in words for the person who gave it.
public struct UnusableFile: Error, Hashable, Sendable {
    /// The reason, in a clause whose subject is the file.
    public let reason: String
    /// A shell command that makes a usable file of it, in which `FILE` stands for the file; nil if there is none.
    public let command: String?

    init(_ reason: String, command: String? = nil) {
        self.reason = reason
        self.command = command
    }

    /// Returns the reason and the command, with the file's own name in it.
    ///
    /// - Parameter name: nil if the file has none, such as standard input.
    public func sentence(for name: String?) -> String {
        guard let command else { return reason }
        let quoted = name.map { Self.quoted($0.hasPrefix("-") ? "./\($0)" : $0) } ?? "FILE"
        return
            "\(reason): \(command.split(separator: "FILE", omittingEmptySubsequences: false).joined(separator: quoted))"
    }

    /// A text as one word of a shell.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard !isPlain || text.isEmpty else { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}

extension UnusableFile {
    /// - Parameter kind: what holds the names, `header` or `object`.
    static func columnMissing(_ name: String, _ names: [String], _ kind: String) -> UnusableFile {
        UnusableFile("its \(kind) has no \(Self.part(of: kind)) named \(name), only \(shown(names))")
    }

    static func columnTwice(_ name: String, _ kind: String) -> UnusableFile {
        UnusableFile("its \(kind) has two \(Self.part(of: kind))s named \(name); rename one")
    }

    static func openQuote(line: Int) -> UnusableFile {
        UnusableFile("a quoted cell begins in line \(line) and does not end; close its quote, or take the quote away")
    }

    static func otherEncoding(_ bytes: some Sequence<UInt8>, _ place: String) -> UnusableFile {
        let kind: FileKind = GB18030.isLikely(bytes) ? .gbk : .unknownText
        return kind.refusal(place)
    }

    private static func part(of kind: String) -> String { kind == "object" ? "member" : "column" }

    /// The first ten of them.
    static func shown(_ names: [String]) -> String {
        let some = names.prefix(10).map { $0.isEmpty ? "\"\"" : String($0.prefix(100)) }
        return some.joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
    }
}
