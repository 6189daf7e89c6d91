import Foundation
import FreshFiles
import OfficialAccount

/// A named account with its addresses, as stored in the file at ``path``. The file holds no secrets: a profile names
/// another file that holds a secret, or a command that prints it.
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

        /// The settings that give the account's tokens, or the secret for them. A profile has at most one of these
        /// settings.
        static let sources: [CodingKeys] = [.secret_file, .secret_command, .access_token_file, .token_command]
    }

    /// The settings that a profile may have.
    static let keys = CodingKeys.allCases.map(\.rawValue)

    /// The path of the file of profiles: `tagline/config.json` in the directory that `XDG_CONFIG_HOME` names, or in
    /// `~/.config`.
    static var path: String {
        (SecretText.environment("XDG_CONFIG_HOME") ?? home + "/.config") + "/tagline/config.json"
    }

    /// The home directory, from `HOME`, or from the system's database of users if `HOME` is not set.
    static var home: String {
        SecretText.environment("HOME") ?? FileManager.default.homeDirectoryForCurrentUser.path
    }

    /// The most bytes that the file of profiles may have.
    private static let longest = 16 << 20

    /// Returns the profile that the option or `TAGLINE_PROFILE` names; nil if neither is given.
    ///
    /// Throws ``StartFailure`` if the name is empty, if the profile does not exist, or if the file is malformed.
    ///
    /// A script may pass an empty variable as the name. Without the error, the script would by mistake use the account
    /// that the environment variables name.
    ///
    /// - Parameter option: the value of `--profile`; nil if the option is not given.
    static func named(_ option: String?) throws -> Profile? {
        let environment = ProcessInfo.processInfo.environment["TAGLINE_PROFILE"]
        guard let name = (option ?? environment).map(SecretText.trimmed) else { return nil }
        guard !name.isEmpty else {
            throw StartFailure.badSetting(
                option == nil
                    ? "TAGLINE_PROFILE is set and empty; unset it to use no profile, or name one"
                    : "--profile is empty; leave it out to use no profile, or name one")
        }
        let data: Data
        do throws(SmallFile.Unreadable) {
            data = try SmallFile(path: path, longest: longest).content()
        } catch {
            throw StartFailure.badSetting("there is no profile \(name.shown): \(path) cannot be read: \(error)")
        }
        return try read(data, from: path, name: name)
    }

    /// - Parameter path: the file that contained `data`. Relative paths in a profile start from the directory of this
    ///   file.
    static func read(_ data: Data, from path: String, name: String) throws -> Profile {
        let entries = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
        guard let profiles = entries?["profiles"] as? [String: Any] else {
            throw StartFailure.badSetting("\(path) is not a JSON object with \"profiles\"")
        }
        guard let members = profiles[name] as? [String: Any] else {
            let known = profiles.keys.sorted().joined(separator: ", ")
            throw StartFailure.badSetting(
                "\(path) has no profile \(name); its profiles are: \(known.isEmpty ? "none" : known)")
        }
        for member in members.keys.sorted() where !keys.contains(member) {
            guard !["secret", "app_secret", "access_token", "admin_token"].contains(member) else {
                throw StartFailure.badSetting(
                    "\(path): the profile \(name) must not hold a secret; set secret_file to the path of a file that holds it, or secret_command to a command that prints it"
                )
            }
            throw StartFailure.badSetting(
                "\(path): the profile \(name) has an unknown setting \"\(member)\"; use one of \(keys.joined(separator: ", "))"
            )
        }
        // A null counts as if the member was absent.
        for (member, value) in members.sorted(by: { $0.key < $1.key }) where !(value is NSNull) {
            guard let text = value as? String else {
                throw StartFailure.badSetting("\(path): \(member) of the profile \(name) must be a string")
            }
            guard !SecretText.trimmed(text).isEmpty else {
                throw StartFailure.badSetting(
                    "\(path): \(member) of the profile \(name) is empty; leave it out or give it a value")
            }
        }
        let sources = CodingKeys.sources.map(\.rawValue).filter { members[$0] is String }
        guard sources.count <= 1 else {
            throw StartFailure.badSetting(
                "\(path): the profile \(name) has \(sources.joined(separator: " and ")) as sources of tokens; keep one of them"
            )
        }
        guard let own = try? JSONSerialization.data(withJSONObject: members),
            var profile = try? JSONDecoder().decode(Profile.self, from: own)
        else { throw StartFailure.badSetting("\(path): every member of a profile must be a string") }
        profile.name = name
        profile.app_id = profile.app_id.map(SecretText.trimmed)
        let folder = URL(filePath: path).deletingLastPathComponent().path
        for file in [\Profile.secret_file, \.access_token_file, \.token_file, \.ca, \.admin_token_file] {
            profile[keyPath: file] = profile[keyPath: file].map { place($0, in: folder) }
        }
        return profile
    }

    /// The files that the profile names, and the file that it is in.
    var namedFiles: NamedFiles {
        var files = NamedFiles()
        files.reads("the file of profiles", Self.path, "--profile")
        for (use, file, member) in [
            ("the secret", secret_file, "secret_file"), ("the access token", access_token_file, "access_token_file"),
            ("the certificates", ca, "ca"), ("the admin token", admin_token_file, "admin_token_file"),
        ] {
            files.reads(use, file, "\(member) of \(name)")
        }
        files.writes("the token file", token_file, "token_file of \(name)", andWith: [FilePart.usualEnding])
        return files
    }

    /// Returns the full path of a file that a profile names. `~/` means the home directory. Any other relative path
    /// starts from `folder`.
    private static func place(_ path: String, in folder: String) -> String {
        if path.hasPrefix("~/") { return home + path.dropFirst(1) }
        return path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }
}
