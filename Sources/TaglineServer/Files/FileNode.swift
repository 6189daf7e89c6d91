import Foundation
import TagStore
import Yams

/// A part of a YAML or JSON file that a person wrote, and the line of this part.
package struct FileNode: Sendable {
    package enum Value: Sendable {
        case null
        /// A text, or a word without quotation marks, such as a number.
        case scalar(String, isQuoted: Bool)
        case list([FileNode])
        case members([(name: String, value: FileNode)])
    }

    package var value: Value
    /// The line, from 1; nil if it is unknown.
    package var line: Int?

    /// The most texts, lists and members of a file together. A short YAML file can expand to very many of them.
    static let most = 50_000
    static let deepest = 16
    /// The most bytes of a file.
    package static let longest = 1 << 20
    /// The most YAML aliases, such as `*name`, of a file. The name of a member can hold aliases, and each further alias
    /// can double the size of that name. Yams compares the names of a mapping before this type can count their parts.
    static let mostAliases = 16

    /// Reads YAML or JSON. Throws ``FileMistake`` if the text is neither YAML nor JSON, or has too many nodes.
    static func yaml(_ text: String) throws(FileMistake) -> FileNode {
        guard let node = try yamlIfAny(text) else { throw FileMistake(line: nil, "the file is empty") }
        return node
    }

    /// Reads YAML or JSON. Returns nil if the text has nothing but blanks and comments. Throws in the same cases as
    /// ``yaml(_:)``, except for an empty file.
    ///
    /// Tries a JSON reader first, because some JSON is not YAML. YAML allows no tab before a name, and does not allow
    /// two `\u` escapes for one character.
    package static func yamlIfAny(_ text: String) throws(FileMistake) -> FileNode? {
        if let node = try? json(text) { return node }
        let text = try content(of: text)
        guard aliases(in: text) <= mostAliases else {
            throw FileMistake(line: nil, "the file has more than \(mostAliases) YAML aliases")
        }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw FileMistake(yaml: error)
        } catch {
            throw FileMistake(line: nil, "the file is not YAML")
        }
        guard let node else { return nil }
        var left = most
        return try FileNode(node, depth: 0, left: &left)
    }

    /// Returns the text without the byte order mark that some editors write. Throws ``FileMistake`` if the text is too
    /// long.
    static func content(of text: String) throws(FileMistake) -> String {
        guard text.utf8.count <= longest else { throw FileMistake(line: nil, "the file is larger than 1 MiB") }
        return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }

    /// Returns how many words of `text` begin with `*`, because such words can be aliases. Words inside quotation marks
    /// count too.
    private static func aliases(in text: String) -> Int {
        var count = 0
        var before = UInt8(ascii: " ")
        for byte in text.utf8 {
            if before == UInt8(ascii: "*"), byte.isInIdentifier { count += 1 }
            let beginsWord = before <= UInt8(ascii: " ") || "[]{},:-?\"'".utf8.contains(before)
            before = byte == UInt8(ascii: "*") && !beginsWord ? UInt8(ascii: "x") : byte
        }
        return count
    }

    private init(_ node: Node, depth: Int, left: inout Int) throws(FileMistake) {
        let line = node.mark?.line
        left -= 1
        guard left > 0, depth < Self.deepest else {
            throw .tooMuch(line: line)
        }
        self.line = line
        switch node {
        case .scalar(let scalar):
            let isQuoted = [.singleQuoted, .doubleQuoted, .literal, .folded].contains(scalar.style)
            value =
                !isQuoted && ["", "~", "null"].contains(scalar.string)
                ? .null : .scalar(scalar.string, isQuoted: isQuoted)
        case .sequence(let sequence):
            var list: [FileNode] = []
            for element in sequence { list.append(try FileNode(element, depth: depth + 1, left: &left)) }
            value = .list(list)
        case .mapping(let mapping):
            var members: [(name: String, value: FileNode)] = []
            for (key, element) in mapping {
                guard case .scalar(let name) = key else {
                    throw FileMistake(line: key.mark?.line, "a name must be a word")
                }
                members.append((name.string, try FileNode(element, depth: depth + 1, left: &left)))
            }
            value = .members(members)
        case .alias:
            throw FileMistake(line: line, "an alias refers to a name that the file does not define")
        }
    }

    package init(_ value: Value, line: Int? = nil) {
        self.value = value
        self.line = line
    }

    /// Makes a node from JSON. ``Value`` and `JSONValue` both have a case `null`. So the code writes `Value.null`,
    /// because `.null` would call this initialiser again without end.
    init(_ json: JSONValue) {
        switch json {
        case .null: self.init(Value.null)
        case .bool(let flag): self.init(Value.scalar(flag ? "true" : "false", isQuoted: false))
        case .number(let number): self.init(Value.scalar(String(number), isQuoted: false))
        case .fraction(let number): self.init(Value.scalar("\(number)", isQuoted: false))
        case .string(let text): self.init(Value.scalar(text, isQuoted: true))
        case .array(let values): self.init(Value.list(values.map { FileNode($0) }))
        case .object(let members):
            self.init(Value.members(members.sorted { $0.key < $1.key }.map { ($0.key, FileNode($0.value)) }))
        }
    }
}
