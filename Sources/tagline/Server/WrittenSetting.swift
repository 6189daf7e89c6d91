import TaglineServer

/// A setting as a file writes it.
struct WrittenSetting {
    enum Value {
        case text(String)
        case list([String])
        /// A list with anything besides texts.
        case mixedList
        /// A `null`, or an object without members.
        case nothing
    }

    /// The full name, with dots between the names of nested objects, such as `tagline.http.port`.
    let name: String
    let line: Int?
    let value: Value

    /// Returns every setting of a file, in the order of the file.
    static func all(in file: FileNode) -> [WrittenSetting] {
        var settings: [WrittenSetting] = []
        func add(_ node: FileNode, _ name: String) {
            let value: Value
            switch node.value {
            case .members(let members) where !members.isEmpty:
                for (member, node) in members { add(node, name.isEmpty ? member : "\(name).\(member)") }
                return
            case .members, .null: value = .nothing
            case .scalar(let text, _): value = .text(text)
            case .list(let nodes):
                let texts = nodes.compactMap { if case .scalar(let text, _) = $0.value { text } else { nil } }
                value = texts.count == nodes.count ? .list(texts) : .mixedList
            }
            if !name.isEmpty { settings.append(WrittenSetting(name: name, line: node.line, value: value)) }
        }
        add(file, "")
        return settings
    }
}
