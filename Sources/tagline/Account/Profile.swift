import Foundation

/// A named account with its addresses, as stored in `~/.config/tagline/config.json`. Secrets are in other files, or
/// commands print them.
///
/// ```json
/// {"profiles": {"shop": {"app_id": "wx5ad0c4e6b81f2793", "secret_file": "shop.secret"}}}
/// ```
struct Profile: Decodable, Equatable {
    var name = ""
    var app_id: String?
    var base_url: String?
    var secret_file: String?
    var secret_command: String?
    var access_token_file: String?
    var token_command: String?
    var token_file: String?
    var ca: String?
    var proxy: String?
    var admin_url: String?
    var admin_token_file: String?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case app_id, base_url, secret_file, secret_command, access_token_file, token_command, token_file, ca, proxy
        case admin_url, admin_token_file
    }

    /// The settings that a profile may have.
    static let keys = CodingKeys.allCases.map(\.rawValue)

    private struct File: Decodable {
        let profiles: [String: Profile]
    }

    /// The path of the file of profiles. `XDG_CONFIG_HOME` names its directory; without it, this is `~/.config`.
    static var path: String {
        let directory =
            SecretText.environment("XDG_CONFIG_HOME")
            ?? FileManager.default.homeDirectoryForCurrentUser.appending(path: ".config").path
        return directory + "/tagline/config.json"
    }

    /// Returns the profile that the option or `TAGLINE_PROFILE` names; nil if none is named.
    ///
    /// Throws ``StartFailure`` if the profile does not exist, or if the file is malformed.
    static func named(_ option: String?) throws -> Profile? {
        guard let name = option ?? SecretText.environment("TAGLINE_PROFILE") else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StartFailure.badSetting("there is no profile \(name): \(path) cannot be read")
        }
        return try read(data, from: path, name: name)
    }

    /// - Parameter path: the file that contained `data`. Relative names of other files start from its directory.
    static func read(_ data: Data, from path: String, name: String) throws -> Profile {
        let entries = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
        guard let profiles = entries?["profiles"] as? [String: Any] else {
            throw StartFailure.badSetting("\(path) is not a JSON object with \"profiles\"")
        }
        guard let members = profiles[name] as? [String: Any] else {
            let known = profiles.keys.sorted().joined(separator: ", ")
            throw StartFailure.badSetting("\(path) has no profile \(name), only \(known.isEmpty ? "none" : known)")
        }
        for member in members.keys.sorted() where !keys.contains(member) {
            guard !["secret", "app_secret", "access_token", "admin_token"].contains(member) else {
                throw StartFailure.badSetting(
                    "\(path): a secret does not belong into the profile \(name); name its file or a command that prints it, with secret_file or secret_command"
                )
            }
            throw StartFailure.badSetting(
                "\(path): the profile \(name) has an unknown setting \"\(member)\"; use one of \(keys.joined(separator: ", "))"
            )
        }
        guard var profile = try? JSONDecoder().decode(File.self, from: data).profiles[name] else {
            throw StartFailure.badSetting("\(path): every member of a profile is a text")
        }
        profile.name = name
        let folder = URL(filePath: path).deletingLastPathComponent().path
        for file in [\Profile.secret_file, \.access_token_file, \.token_file, \.ca, \.admin_token_file] {
            profile[keyPath: file] = profile[keyPath: file].map { place($0, in: folder) }
        }
        return profile
    }

    /// Resolves a path from the file: relative to the home directory, to the root, or to the file's own directory.
    private static func place(_ path: String, in folder: String) -> String {
        if path.hasPrefix("~/") {
            return FileManager.default.homeDirectoryForCurrentUser.path + path.dropFirst(1)
        }
        return path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }
}
