import Crypto
import FollowerFiles
import Foundation
import OfficialAccount
import TagStore

/// The input files that list the followers, read as one.
struct RunInput {
    /// A file, and the number of lines in the files before it.
    struct Source: Equatable {
        let offset: Int
        let name: String
    }

    private let inputs: [TaggingInput]

    /// Throws ``StartFailure`` if a file cannot be read or is named twice.
    ///
    /// - Parameter columns: the columns of openids and tags in each file.
    init(_ names: [String], columns: FollowerColumns) throws {
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            throw StartFailure.badSetting("--file \(name) is given twice; give it once")
        }
        inputs = try names.map { try TaggingInput($0, columns: columns) }
    }

    /// The names of the files, for people.
    var name: String { inputs.map { $0.name == "-" ? "the input" : $0.name }.joined(separator: ", ") }

    /// Whether every input can be read again.
    var isFile: Bool { inputs.allSatisfy(\.isFile) }

    /// Returns the SHA-256 of the whole input, in hexadecimal.
    func digest() throws -> String { Self.combined(try inputs.map { try $0.digest() }) }

    /// Reads every line of every file. Line numbers continue from one file to the next.
    ///
    /// - Parameter display: shows the progress.
    /// - Returns: the digest of the whole input, and the number of lines before each file.
    func read(
        _ display: ProgressDisplay, _ take: (FollowerRow) throws -> Void
    ) throws -> (digest: String, sources: [Source]) {
        var digests: [String] = []
        var sources: [Source] = []
        var offset = 0
        var rows = 0
        defer { display.endLoading() }
        for input in inputs {
            sources.append(Source(offset: offset, name: input.name))
            var last = 0
            digests.append(
                try input.read { row in
                    rows += 1
                    if rows.isMultiple(of: 16_384) { display.loading(input.name, rows) }
                    switch row {
                    case .follower(let openID, let tags, let line):
                        last = max(last, line)
                        try take(.follower(openID, tags: tags, line: offset + line))
                    case .bad(let text, let reason, let line):
                        last = max(last, line)
                        try take(.bad(text, reason: reason, line: offset + line))
                    }
                })
            offset += last
        }
        return (Self.combined(digests), sources)
    }

    /// Returns one digest for all files. For a single file, it is the file's own digest.
    private static func combined(_ digests: [String]) -> String {
        guard digests.count != 1 else { return digests[0] }
        var digest = SHA256()
        digest.update(data: Data(digests.joined(separator: "\n").utf8))
        return Hexadecimal.text(digest.finalize())
    }
}

extension [RunInput.Source] {
    /// Returns the file, and the line number within it. The file is nil if there is only one.
    func place(of line: Int) -> (file: String?, line: Int) {
        guard let source = last(where: { $0.offset < line }) ?? first else { return (nil, line) }
        return (source.name, line - source.offset)
    }
}
