import Foundation

extension FileNode {
    /// Reads JSON. Throws ``FileMistake`` if the text is not JSON, has an object with two members of the same name, or
    /// has too many nodes.
    package static func json(_ text: String) throws(FileMistake) -> FileNode {
        var reader = JSONFileReader(try content(of: text))
        return try reader.whole()
    }
}

/// Reads JSON that a person wrote, with the line of each value. Source: RFC 8259.
private struct JSONFileReader {
    private let bytes: [UInt8]
    private var place = 0
    private var line = 1
    /// How many more nodes the file may have.
    private var left = FileNode.most

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func whole() throws(FileMistake) -> FileNode {
        blanks()
        guard next != nil else { throw FileMistake(line: nil, "the file is empty") }
        let node = try value(depth: 0)
        blanks()
        guard next == nil else { throw wrong }
        return node
    }

    private var wrong: FileMistake { FileMistake(line: line, "the file is not JSON") }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func take(_ sign: Character) -> Bool {
        guard next == sign.asciiValue else { return false }
        place += 1
        return true
    }

    private mutating func blanks() {
        while let byte = next, byte.isBlank {
            if byte == UInt8(ascii: "\n") { line += 1 }
            place += 1
        }
    }

    private mutating func value(depth: Int) throws(FileMistake) -> FileNode {
        left -= 1
        guard left > 0, depth < FileNode.deepest else { throw .tooMuch(line: line) }
        let first = line
        let value: FileNode.Value =
            if take("{") {
                .members(try members(depth: depth + 1))
            } else if take("[") {
                .list(try list(depth: depth + 1))
            } else if next == UInt8(ascii: "\"") {
                .scalar(try string(), isQuoted: true)
            } else {
                try word()
            }
        return FileNode(value, line: first)
    }

    private mutating func members(depth: Int) throws(FileMistake) -> [(name: String, value: FileNode)] {
        var members: [(name: String, value: FileNode)] = []
        var names: Set<String> = []
        blanks()
        if take("}") { return members }
        repeat {
            blanks()
            let name = try string()
            guard names.insert(name).inserted else { throw .doubled([name], line: line) }
            blanks()
            guard take(":") else { throw wrong }
            blanks()
            members.append((name, try value(depth: depth)))
            blanks()
        } while take(",")
        guard take("}") else { throw wrong }
        return members
    }

    private mutating func list(depth: Int) throws(FileMistake) -> [FileNode] {
        var list: [FileNode] = []
        blanks()
        if take("]") { return list }
        repeat {
            blanks()
            list.append(try value(depth: depth))
            blanks()
        } while take(",")
        guard take("]") else { throw wrong }
        return list
    }

    private mutating func string() throws(FileMistake) -> String {
        let start = place
        guard take("\"") else { throw wrong }
        while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\"") {
            place += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        guard take("\"") else { throw wrong }
        let text = bytes[start..<place]
        guard text.contains(UInt8(ascii: "\\")) else {
            return String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
        }
        guard let decoded = try? JSONDecoder().decode(String.self, from: Data(text)) else { throw wrong }
        return decoded
    }

    /// Reads a number, `true`, `false` or `null`.
    private mutating func word() throws(FileMistake) -> FileNode.Value {
        let word = bytes[place...].prefix { !$0.isBlank && !",]}".utf8.contains($0) }
        guard word.withUnsafeBytes(JSONSyntax.isValid) else { throw wrong }
        place += word.count
        let text = String(decoding: word, as: UTF8.self)
        return text == "null" ? .null : .scalar(text, isQuoted: false)
    }
}
