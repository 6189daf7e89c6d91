import Crypto
import FollowerFiles
import Foundation
import OfficialAccount
import TagStore

/// The input files that list the followers, read as one input.
package struct RunInput {
    /// A file, and the number of lines in the files before it.
    package struct Source: Equatable, Sendable {
        package let offset: Int
        package let name: String

        package init(offset: Int, name: String) {
            self.offset = offset
            self.name = name
        }
    }

    /// The place of a line in the input, as messages show it.
    package struct Place: Equatable, Sendable, CustomStringConvertible {
        /// The file of the line; nil if the input has only one file.
        package let file: String?
        /// The number of the line within its file.
        package let line: Int

        package init(file: String? = nil, line: Int) {
            self.file = file
            self.line = line
        }

        /// The place in words: `line 3`, or `m2.csv, line 3`.
        package var description: String { (file.map { "\($0.asInput), " } ?? "") + "line \(line)" }
    }

    /// The facts about the input that ``RunInput/read(progress:_:)`` returns.
    package struct Reading: Equatable, Sendable {
        /// The SHA-256 of the whole input, in hexadecimal.
        package let digest: String
        /// The files, each with the number of lines before it.
        package let sources: [Source]
        /// Remarks about the files for people, for example that the reader did not use a column of tags.
        package let remarks: [String]
        /// The files in which no line names a follower.
        package let empty: [String]

        /// Returns the place of the line with the number `line`, which counts the lines of all files together.
        package func place(of line: Int) -> Place {
            sources.count > 1 ? sources.place(of: line) : Place(line: line)
        }
    }

    /// A function that takes the name of a file and the number of rows read so far.
    package typealias Progress = (_ name: String, _ rows: Int) -> Void

    private let files: [InputFile]

    /// Opens the files. Throws ``InputFailure`` if a file cannot be read, or if `names` contains the same file twice.
    ///
    /// - Parameter columns: the columns of openids and tags in each file.
    package init(_ names: [String], columns: FollowerColumns) throws(InputFailure) {
        for (index, name) in names.enumerated() where names[..<index].contains(name) { throw .givenTwice(name) }
        var files: [InputFile] = []
        for name in names { files.append(try InputFile(name, columns: columns)) }
        self.files = files
    }

    /// The names of the files, for people.
    package var name: String { files.map(\.name.asInput).joined(separator: ", ") }

    /// Whether every file can be read again.
    package var isFile: Bool { files.allSatisfy(\.isFile) }

    /// Returns the SHA-256 of the whole input, in hexadecimal.
    package func digest() throws -> String { Self.combined(try files.map { try $0.digest() }) }

    /// Reads every line of every file. Line numbers continue from one file to the next.
    ///
    /// - Parameters:
    ///   - progress: is called after every 16,384 rows.
    ///   - take: is called with each row. If `take` throws an ``InputFailure`` about a line, this function adds the
    ///     name of the file.
    package func read(progress: Progress = { _, _ in }, _ take: (FollowerRow) throws -> Void) throws -> Reading {
        var digests: [String] = []
        var sources: [Source] = []
        var remarks: [String] = []
        var empty: [String] = []
        var offset = 0
        var rows = 0
        for file in files {
            sources.append(Source(offset: offset, name: file.name))
            var last = 0
            var namesSomebody = false
            let reading: (digest: String, remarks: [String])
            do {
                reading = try file.read { row in
                    rows += 1
                    if rows.isMultiple(of: 16_384) { progress(file.name, rows) }
                    switch row {
                    case .follower(let openID, let tags, let line):
                        namesSomebody = true
                        last = max(last, line)
                        try take(.follower(openID, tags: tags, line: offset + line))
                    case .bad(let text, let reason, let line):
                        last = max(last, line)
                        try take(.bad(text, reason: reason, line: offset + line))
                    }
                }
            } catch let failure as InputFailure where files.count > 1 {
                throw failure.placed(in: sources)
            }
            digests.append(reading.digest)
            remarks += reading.remarks
            if !namesSomebody { empty.append(file.name.asInput) }
            offset += last
        }
        return Reading(digest: Self.combined(digests), sources: sources, remarks: remarks, empty: empty)
    }

    /// Returns one digest for all files. For a single file, returns the file's own digest.
    private static func combined(_ digests: [String]) -> String {
        guard digests.count != 1 else { return digests[0] }
        var digest = SHA256()
        digest.update(data: Data(digests.joined(separator: "\n").utf8))
        return Hexadecimal.text(digest.finalize())
    }
}

extension [RunInput.Source] {
    /// Returns the file of a line, and the number of the line within this file. The file is nil if there are no
    /// sources.
    ///
    /// - Parameter line: the number of the line, which counts the lines of all files together.
    package func place(of line: Int) -> RunInput.Place {
        guard let source = last(where: { $0.offset < line }) ?? first else { return RunInput.Place(line: line) }
        // A damaged run file can hold any two numbers.
        return RunInput.Place(file: source.name, line: line &- source.offset)
    }
}
