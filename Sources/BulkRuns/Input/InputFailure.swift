import FollowerFiles
import OfficialAccount

/// Why a command cannot find out from its input which followers to tag, in words for a person.
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
    /// A cell of the tag column does not say which tag is meant. The place is nil for a text from the command line.
    case badTagCell(place: RunInput.Place?, reason: String)
    /// The text is not an expression. `position` is the number of characters before the mistake in the text.
    case badExpression(String, position: Int, reason: String)
    case tooManyTags(Int, most: Int)

    /// Makes a failure from the reason why the reader cannot use a file.
    ///
    /// - Parameter name: the name of the file; `-` for standard input.
    package init(_ unusable: UnusableFile, of name: String) {
        self = .unusable(name: name.asInput, reason: unusable.sentence(for: name == "-" ? nil : name))
    }

    /// Returns this failure, and adds the name of the file that contains the bad line.
    ///
    /// - Parameter sources: the files of the input. The line number of the failure counts the lines of all files
    ///   together.
    func placed(in sources: [RunInput.Source]) -> InputFailure {
        guard case .badTagCell(let place?, let reason) = self, place.file == nil else { return self }
        return .badTagCell(place: sources.place(of: place.line), reason: reason)
    }

    /// The failure in lines for a person. A mistake in an expression has two lines; the second line points at the
    /// mistake.
    package var lines: [String] {
        guard case .badExpression(let text, let position, let reason) = self else { return [description] }
        let before = "tagline: ".count + String(text.prefix(position)).shown.count
        return [text, "\(String(repeating: " ", count: before))^ \(reason)"]
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
        case .badTagCell(let place, let reason): place.map { "\($0): \(reason)" } ?? reason
        case .badExpression: lines.joined(separator: "\n")
        case .tooManyTags(let count, let most): "--where can combine \(most) tags, not \(count)"
        }
    }

    /// Whether the command line itself is wrong, and not only a file.
    package var isMistyped: Bool {
        switch self {
        case .givenTwice, .namesNoTag, .badExpression, .tooManyTags: true
        case .noFile, .isDirectory, .unreadable, .brokenOff, .unusable, .namesNobody, .badTagCell: false
        }
    }
}

extension String {
    /// Whether this path names a device or an open file of the process, such as `/dev/stdin` or `/proc/self/fd/3`.
    package var isDescriptor: Bool { hasPrefix("/dev/") || hasPrefix("/proc/") }

    /// The name of an input for people: `the input` for `-`.
    package var asInput: String { self == "-" ? "the input" : self }
}
