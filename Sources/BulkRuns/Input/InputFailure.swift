import FollowerFiles

/// Why an input does not say whom to tag, in one line for a person.
package enum InputFailure: Error, Equatable, CustomStringConvertible {
    case noFile(String)
    case isDirectory(String)
    case unreadable(String)
    /// Reading failed before the end of the file.
    case brokenOff(String)
    case givenTwice(String)
    /// The file is of a kind, or has columns, that the reader cannot use.
    case unusable(name: String, reason: String)
    case namesNobody(String)
    case namesNoTag(String)
    /// A cell of the tag column does not say which tag is meant. The line is nil for a text from the command line.
    case badTagCell(line: Int?, reason: String)
    case badExpression(String)

    /// Returns the failure of the reader.
    ///
    /// - Parameter name: the name of the file; `-` for standard input.
    package init(_ unusable: UnusableFile, of name: String) {
        self = .unusable(name: name.asInput, reason: unusable.sentence(for: name == "-" ? nil : name))
    }

    package var description: String {
        switch self {
        case .noFile(let name): "there is no file \(name)"
        case .isDirectory(let name): "\(name) cannot be read: it is a directory"
        case .unreadable(let name): "\(name) cannot be read"
        case .brokenOff(let name): "\(name) cannot be read to its end"
        case .givenTwice(let name): "--file \(name) is given twice; give it once"
        case .unusable(let name, let reason): "\(name) cannot be used: \(reason)"
        case .namesNobody(let name): "nothing was done: \(name) names no follower"
        case .namesNoTag(let name): "no line of \(name) names a tag; name one with --tag"
        case .badTagCell(let line, let reason): line.map { "line \($0): \(reason)" } ?? reason
        case .badExpression(let sentence): sentence
        }
    }

    /// Whether the person typed something that cannot be right, whatever is in the file.
    package var isMistyped: Bool {
        switch self {
        case .givenTwice, .namesNoTag, .badExpression: true
        case .noFile, .isDirectory, .unreadable, .brokenOff, .unusable, .namesNobody, .badTagCell: false
        }
    }
}

extension String {
    /// Whether the path names an open file of the process, such as `/dev/stdin` or `/proc/self/fd/3`.
    package var isDescriptor: Bool { hasPrefix("/dev/") || hasPrefix("/proc/") }

    /// The name of an input for people: `the input` for `-`.
    package var asInput: String { self == "-" ? "the input" : self }
}
