import Foundation
import TagStore
import Yams

/// A part of a file that a person wrote, in YAML or JSON, with its line.
struct FileNode: Sendable {
    enum Value: Sendable {
        case null
        /// A text, or a word without quotation marks, such as a number.
        case scalar(String, isQuoted: Bool)
        case list([FileNode])
        case members([(name: String, value: FileNode)])
    }

    var value: Value
    /// The line, from 1; nil if it is unknown.
    var line: Int?

    /// The most texts, lists and members of a file together. A short YAML file can expand to very many.
    private static let most = 50_000
    private static let deepest = 16

    /// Reads YAML. Throws ``FileMistake`` if the text is not YAML or has too many nodes.
    static func yaml(_ text: String) throws(FileMistake) -> FileNode {
        guard text.utf8.count <= 1 << 20 else { throw FileMistake(line: nil, "the file is larger than 1 MiB") }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw FileMistake(yaml: error)
        } catch {
            throw FileMistake(line: nil, "the file is not YAML")
        }
        guard let node else { throw FileMistake(line: nil, "the file is empty") }
        var left = most
        return try FileNode(node, depth: 0, left: &left)
    }

    private init(_ node: Node, depth: Int, left: inout Int) throws(FileMistake) {
        let line = node.mark?.line
        left -= 1
        guard left > 0, depth < Self.deepest else {
            throw FileMistake(line: line, "the file holds too much, or too deep")
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
            throw FileMistake(line: line, "an alias names nothing")
        }
    }

    init(_ value: Value, line: Int? = nil) {
        self.value = value
        self.line = line
    }

    /// Makes a node of JSON. `Value` is written out in full: both enums have a case `null`, and a bare `.null` would
    /// call this initialiser again without end.
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
