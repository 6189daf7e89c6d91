import Foundation
import Yams

/// The content of a settings file: nested names with values.
enum SettingsTree: Hashable, Sendable {
    case text(String)
    case list([SettingsTree])
    case object([String: SettingsTree])
    /// A `null`. It counts as if the name was absent.
    case nothing

    /// Parses the content of a file. Throws the parser's error.
    ///
    /// - Parameter isYAML: whether it is YAML; otherwise it is JSON. Either holds one object.
    init(_ content: Data, isYAML: Bool) throws {
        guard isYAML else {
            self = try JSONDecoder().decode(SettingsTree.self, from: content)
            return
        }
        guard let text = String(data: content, encoding: .utf8) else {
            throw CocoaError(.fileReadInapplicableStringEncoding)
        }
        self = try Yams.compose(yaml: text).map { try SettingsTree($0, depth: 0) } ?? .object([:])
    }

    /// Reads a node as the file spells it: `0123` and `no` are texts.
    private init(_ node: Node, depth: Int) throws {
        // An alias may refer to a node that contains it, so the nesting could be endless.
        guard depth < 20 else { throw CocoaError(.fileReadCorruptFile) }
        switch node {
        case .scalar(let scalar):
            let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            self = isNull ? .nothing : .text(scalar.string)
        case .sequence(let nodes):
            self = .list(try nodes.map { try SettingsTree($0, depth: depth + 1) })
        case .mapping(let pairs):
            var members: [String: SettingsTree] = [:]
            for (name, value) in pairs {
                guard let name = name.scalar?.string else { throw CocoaError(.fileReadCorruptFile) }
                members[name] = try SettingsTree(value, depth: depth + 1)
            }
            self = .object(members)
        case .alias:
            throw CocoaError(.fileReadCorruptFile)
        }
    }

    /// Returns the values by name. Dots join the names of nested objects. Commas join the texts of a list.
    ///
    /// A list with anything besides texts is missing from `values`, and `lists` names it.
    func flattened() -> (values: [String: String], lists: [String]) {
        var values: [String: String] = [:]
        var lists: [String] = []
        func add(_ tree: SettingsTree, _ name: String) {
            switch tree {
            case .nothing: break
            case .text(let text): values[name] = text
            case .list(let items):
                let texts = items.compactMap { if case .text(let text) = $0 { text } else { nil } }
                if texts.count == items.count {
                    values[name] = texts.joined(separator: ",")
                } else {
                    lists.append(name)
                }
            case .object(let members):
                for (member, value) in members { add(value, name.isEmpty ? member : "\(name).\(member)") }
            }
        }
        add(self, "")
        return (values, lists.sorted())
    }
}

extension SettingsTree: Decodable {
    init(from decoder: any Decoder) throws {
        if let members = try? [String: SettingsTree](from: decoder) {
            self = .object(members)
        } else if let items = try? [SettingsTree](from: decoder) {
            self = .list(items)
        } else {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .nothing
            } else if let truth = try? value.decode(Bool.self) {
                self = .text(String(truth))
            } else if let number = try? value.decode(Int.self) {
                self = .text(String(number))
            } else if let number = try? value.decode(Double.self) {
                self = .text(String(number))
            } else {
                self = .text(try value.decode(String.self))
            }
        }
    }
}
