import Crypto
import FollowerFiles
import Foundation
import OfficialAccount
import TagStore

/// The files that say who is to be tagged, read as one.
struct RunInput {
    /// A file, and how many lines the files before it have.
    struct Source: Equatable {
        let offset: Int
        let name: String
    }

    private let inputs: [TaggingInput]

    /// Throws ``StartFailure`` if a file cannot be read or is named twice.
    ///
    /// - Parameter columns: where openids and tags stand, in each of them.
    init(_ names: [String], columns: FollowerColumns) throws {
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            throw StartFailure.badSetting("--file \(name) is given twice; give it once")
        }
        inputs = try names.map { try TaggingInput($0, columns: columns) }
    }

    /// The files, for people.
    var name: String { inputs.map { $0.name == "-" ? "the input" : $0.name }.joined(separator: ", ") }

    /// Whether all of it can be read again.
    var isFile: Bool { inputs.allSatisfy(\.isFile) }

    /// SHA-256 of the whole, in hexadecimal.
    func digest() throws -> String { Self.combined(try inputs.map { try $0.digest() }) }

    /// Reads every line of every file. The numbers of lines go on from file to file.
    ///
    /// - Parameter display: shows how far it is.
    /// - Returns: the digest of the whole, and where each file begins.
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

    /// One digest for several files; that of a single file is its own.
    private static func combined(_ digests: [String]) -> String {
        guard digests.count != 1 else { return digests[0] }
        var digest = SHA256()
        digest.update(data: Data(digests.joined(separator: "\n").utf8))
        return Hexadecimal.text(digest.finalize())
    }
}

extension [RunInput.Source] {
    /// The file and the line in it; the file is nil if there is only one.
    func place(of line: Int) -> (file: String?, line: Int) {
        guard let source = last(where: { $0.offset < line }) ?? first else { return (nil, line) }
        return (source.name, line - source.offset)
    }
}
