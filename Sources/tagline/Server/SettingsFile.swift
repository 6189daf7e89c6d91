import Configuration
import Foundation
import TaglineServer

/// A file of settings: JSON, or YAML if its name ends in `.yaml` or `.yml`.
struct SettingsFile {
    /// The settings in the file, for ``ServerSettings``.
    let provider: InMemoryProvider
    /// One sentence for each ignored name that is not a setting.
    let warnings: [String]

    /// Reads the file. Throws ``StartFailure`` if the file cannot be read, is not one object, contains a name that is
    /// not a setting, or contains one setting twice.
    ///
    /// - Parameter isLenient: whether to ignore names that are not settings.
    init(_ path: String, isLenient: Bool) throws {
        let written = WrittenSetting.all(in: try Self.object(in: path))
        let complaints = written.sorted { $0.name < $1.name }.compactMap { Self.complaint($0, in: path) }
        if !isLenient, let first = complaints.first {
            throw StartFailure.badSetting(
                first + (complaints.count > 1 ? "; \(complaints.count - 1) more are unknown" : "")
                    + "; --lenient ignores unknown names")
        }
        warnings = complaints
        provider = InMemoryProvider(name: path, values: try Self.values(of: written, in: path))
    }

    /// Returns the object in the file. A YAML file without content has no settings.
    private static func object(in path: String) throws -> FileNode {
        let isYAML = [".yaml", ".yml"].contains { path.lowercased().hasSuffix($0) }
        let text = try text(of: path)
        let node: FileNode
        do throws(FileMistake) {
            node = isYAML ? try .yamlIfAny(text) ?? FileNode(.members([])) : try .json(text)
        } catch {
            throw StartFailure.badSetting("the configuration file \(path) cannot be used: \(error)")
        }
        switch node.value {
        case .members: return node
        // The file has only `---`, or only comments.
        case .null where isYAML: return FileNode(.members([]))
        default:
            throw StartFailure.badSetting(
                "the configuration file \(path) must have one object, such as {\"tagline\": {\"data\": \"/var/lib/tagline\"}}"
            )
        }
    }

    private static func text(of path: String) throws -> String {
        let content: Data
        do throws(SmallFile.Unreadable) {
            content = try SmallFile(path: path, longest: FileNode.longest).content()
        } catch {
            throw StartFailure.badSetting("the configuration file \(path) cannot be read: \(error)")
        }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw StartFailure.badSetting("the configuration file \(path) cannot be read: it is not text in UTF-8")
        }
        return text
    }

    /// Returns the values of the settings. Throws ``StartFailure`` if the file gives a setting twice, for example as
    /// `http.port` and in the object `http`. Also throws if a setting that accepts one text has a list, or if a list
    /// holds anything besides texts.
    private static func values(of written: [WrittenSetting], in path: String) throws -> [AbsoluteConfigKey: ConfigValue]
    {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        var lines: [AbsoluteConfigKey: Int?] = [:]
        for setting in written {
            guard let key = known[setting.name] else { continue }
            let name = SettingName.inFile(key)
            if let line = lines.updateValue(setting.line, forKey: key) {
                let places = [line, setting.line].compactMap(\.self).map { "line \($0)" }.joined(separator: " and ")
                throw StartFailure.badSetting("\(name) in \(path) is set twice, in \(places)")
            }
            let isList = ServerSettings.Key.lists.contains(key)
            guard let text = text(of: setting.value, isList: isList) else {
                let form = isList ? "a list of strings only" : "one string, not a list"
                let place = setting.line.map { ", line \($0)," } ?? ""
                throw StartFailure.badSetting("\(name) in \(path)\(place) must be \(form)")
            }
            if !text.isEmpty { values[key] = ConfigValue(.string(text), isSecret: false) }
        }
        return values
    }

    /// Returns the text of a value. Commas join the elements of a list, and `null` becomes an empty text. Returns nil
    /// for a list that the setting does not accept.
    private static func text(of value: WrittenSetting.Value, isList: Bool) -> String? {
        switch value {
        case .text(let text): text
        case .nothing: ""
        case .list(let texts): isList ? texts.joined(separator: ",") : nil
        case .mixedList: nil
        }
    }

    private static let prefix = "tagline."

    /// Every setting by its full name in a file.
    private static let known = Dictionary(
        uniqueKeysWithValues: ServerSettings.Key.all.map { (prefix + SettingName.inFile($0), $0) })

    /// Returns what is wrong with the name of `setting`; nil if the file may have this name.
    ///
    /// The file may have names outside of `tagline` that begin with `x-`, because other programs and YAML's anchors use
    /// such names.
    private static func complaint(_ setting: WrittenSetting, in path: String) -> String? {
        let name = setting.name
        guard !name.hasPrefix("x-"), known[name] == nil else { return nil }
        // Accept an object without members, because a person may have turned the members into comments.
        if case .nothing = setting.value, known.keys.contains(where: { $0.hasPrefix(name + ".") }) { return nil }
        let nearest = Suggestion.nearest(to: name, among: known.keys.sorted())
        func shown(_ name: String) -> String { name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name }
        let isOutside = !name.hasPrefix(prefix) && known[prefix + name] != nil
        let advice =
            isOutside ? "; put it under tagline" : nearest.map { "; did you mean \(shown($0))?" } ?? ""
        return "\(shown(name)) in \(path) is not a setting\(advice)"
    }
}
