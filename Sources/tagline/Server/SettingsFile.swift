import Configuration
import Foundation

/// A file of settings: JSON, or YAML if its name ends in `.yaml` or `.yml`.
struct SettingsFile {
    /// The settings in the file, for ``ServerSettings``.
    let provider: InMemoryProvider
    /// One sentence for each name that is not a setting. Empty unless such names are ignored.
    let warnings: [String]

    /// Reads the file. Throws ``StartFailure`` if it cannot be read, is not one object, or contains a name that is not
    /// a setting.
    ///
    /// - Parameter isLenient: whether to ignore names that are not settings.
    init(_ path: String, isLenient: Bool) throws {
        let isYAML = [".yaml", ".yml"].contains { path.lowercased().hasSuffix($0) }
        guard
            let content = try? Data(contentsOf: URL(filePath: path)),
            let tree = try? SettingsTree(content, isYAML: isYAML), case .object = tree
        else {
            throw StartFailure.badSetting(
                "the configuration file \(path) cannot be read as \(isYAML ? "YAML with" : "a JSON object with") settings"
            )
        }
        let (values, lists) = tree.flattened()
        if let list = lists.first {
            throw StartFailure.badSetting("\(list) in \(path) must be a list of strings only")
        }
        let complaints = values.keys.sorted().compactMap { Self.complaint($0, in: path) }
        if !isLenient, let first = complaints.first {
            throw StartFailure.badSetting(
                first + (complaints.count > 1 ? "; \(complaints.count - 1) more are unknown" : "")
                    + "; --lenient ignores unknown names")
        }
        warnings = complaints
        provider = InMemoryProvider(
            name: path,
            values: Dictionary(
                uniqueKeysWithValues: values.map { name, text in
                    (
                        AbsoluteConfigKey(
                            name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)),
                        ConfigValue(.string(text), isSecret: false)
                    )
                }))
    }

    private static let prefix = "tagline."

    /// Returns what is wrong with a name; nil if it is a setting. Ignores names outside of `tagline` that begin with
    /// `x-`: they belong to other programs, and to YAML's anchors.
    private static func complaint(_ name: String, in path: String) -> String? {
        guard !name.hasPrefix("x-") else { return nil }
        let known = ServerSettings.Key.all.map { prefix + SettingName.inFile($0) }
        guard !known.contains(name) else { return nil }
        let nearest = Suggestion.nearest(to: name, among: known.sorted())
        func shown(_ name: String) -> String { name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name }
        let isOutside = !name.hasPrefix(prefix) && known.contains(prefix + name)
        let advice =
            isOutside ? "; put it under tagline" : nearest.map { "; did you mean \(shown($0))?" } ?? ""
        return "\(shown(name)) in \(path) is not a setting\(advice)"
    }
}
