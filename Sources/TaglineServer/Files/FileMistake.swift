import TagStore
import Yams

/// A mistake, and its line, in a file that a person wrote.
public struct FileMistake: Error, Sendable, Hashable, CustomStringConvertible {
    public let line: Int?
    public let sentence: String
    /// The other mistakes of the same file.
    private var others: [FileMistake] = []

    init(line: Int?, _ sentence: String) {
        self.line = line
        self.sentence = sentence
    }

    static func tooMuch(line: Int?) -> FileMistake {
        FileMistake(line: line, "the file holds too many values, or its values are nested too deep")
    }

    static func doubled(_ names: [String], line: Int?) -> FileMistake {
        FileMistake(line: line, "a name comes twice: \(names.map(Refusal.quoted).joined(separator: ", "))")
    }

    /// Makes one error that reports `first` and all `others`.
    init(_ first: FileMistake, and others: [FileMistake]) {
        self.init(line: first.line, first.sentence)
        self.others = others
    }

    /// This mistake and the other mistakes of the file, each with its own line.
    public var all: [FileMistake] { [FileMistake(line: line, sentence)] + others }

    init(yaml error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.init(line: mark.line, "the file is not YAML: \(problem)")
        case .reader(let problem, let offset, _, let yaml):
            let before = offset.map { yaml.utf8.prefix(max(0, $0)).count(where: { $0 == UInt8(ascii: "\n") }) }
            self.init(line: before.map { $0 + 1 }, "the file is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            self = .doubled(duplicates, line: context.mark.line)
        default:
            self.init(line: nil, "the file is not YAML")
        }
    }

    public var description: String {
        all.map { mistake in mistake.line.map { "line \($0): \(mistake.sentence)" } ?? mistake.sentence }
            .joined(separator: "; ")
    }
}
