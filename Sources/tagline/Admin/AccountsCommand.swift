import AdminAPI
import ArgumentParser
import BulkRuns
import Foundation
import NIOHTTP1
import OfficialAccount
import TagStore

struct AccountsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts", abstract: "List, add and change the accounts of a running server.",
        discussion: Examples.text(["tagline accounts", "tagline accounts create wxmine"]),
        subcommands: [List.self, Create.self, Update.self, RotateSecret.self, Delete.self], defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List every account.",
            discussion: Examples.text(["tagline accounts list", "tagline accounts list --json"]))
        @OptionGroup(title: "The server") var admin: AdminOptions

        mutating func run() async throws {
            let answer = try await admin.client.text(.GET, "/accounts")
            if admin.json { return try tellJSON(answer) }
            let accounts = try JSONDecoder().decode(AccountList.self, from: Data(answer.utf8)).accounts
            let rows = accounts.map {
                [
                    $0.appID, $0.settings.kind.rawValue, $0.state, String($0.followers), String($0.tags),
                    $0.settings.allowedAddresses.joined(separator: " "),
                ]
            }
            let names = ["APPID", "KIND", "STATE", "FOLLOWERS", "TAGS", "ADDRESSES"]
            try tell(lines: Table(names: names, rows: rows).text)
        }
    }

    struct Create: AsyncParsableCommand, NamingFiles {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Add an account and print its secret, which is shown only once.",
            discussion: Examples.text([
                "tagline accounts create wxmine",
                "tagline accounts create wxmine --kind subscription --secret-out secret",
            ]))
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Argument(help: "The account's appid.") var appID: String
        @Option(help: "service or subscription.") var kind = "service"
        @Flag(inversion: .prefixedNo, help: "Whether the account may make tag calls.") var certified = true
        @Flag(
            help: """
                In a sandbox: accept the fixtures of SDKs unchanged. The account accepts a short --secret, and openids such as \
                OPENID1. Such an openid becomes a follower when a call names it.
                """)
        var relaxed = false
        @Option(help: "The secret of a relaxed account, such as SECRET, instead of a random one.")
        var secret: String?
        @Option(help: "Write the secret to this file instead of printing it.", completion: .file())
        var secretOut: String?

        var namedFiles: NamedFiles { AccountsCommand.secretFiles(secretOut) }

        private struct NewAccount: Encodable {
            let appid: String
            let kind: String
            let certified: Bool
            /// Nil for a relaxed account, whose secret is in `relaxed`.
            let secret: String?
            let relaxed: SecretWish?
        }

        func validate() throws {
            guard relaxed || secret == nil else {
                throw ValidationError(
                    "--secret is for fixtures; use it with --relaxed, or let the command make a secret")
            }
        }

        mutating func run() async throws {
            let secret = NewSecret(text: secret)
            let output = try secretOut.map { try SecretOutput($0, secret) }
            let answer: String
            do {
                let account = NewAccount(
                    appid: appID, kind: kind, certified: certified, secret: relaxed ? nil : secret.text,
                    relaxed: relaxed ? SecretWish(secret: secret.text) : nil)
                answer = try await admin.client.text(.POST, "/accounts", json: account)
            } catch {
                switch error {
                case AdminFailure.refused, AdminFailure.unreachable: output?.discard()
                default: break
                }
                throw error
            }
            try output?.keep()
            let made = try JSONDecoder().decode(AccountInfo.self, from: Data(answer.utf8))
            do {
                if let output {
                    try tell("\(made.appID) was created. Its secret is in \(output.path).")
                } else if admin.json {
                    try tellJSON(answer)
                } else {
                    try tell("\(made.appID) was created. Its secret, shown only once: \(made.secret ?? "")")
                }
                try StandardOutput.settle()
            } catch {
                if output == nil {
                    StandardError.say(
                        "\(made.appID) was created, but its secret could not be shown: create another with tagline accounts rotate-secret \(made.appID)"
                    )
                }
                throw error
            }
        }
    }

    /// Returns the files that a command writes: the file of the new secret, and a second file, which holds the secret
    /// until the secret works.
    private static func secretFiles(_ path: String?) -> NamedFiles {
        var files = NamedFiles()
        files.writes("the new secret", path, "--secret-out", andWith: [SecretOutput.partEnding])
        return files
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "update", abstract: "Change an account; settings that are not named stay as they are.",
            discussion: Examples.text([
                "tagline accounts update wxmine --frozen", "tagline accounts update wxmine --allow 192.0.2.7 192.0.2.8",
            ]))
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Argument(help: "The account's appid.") var appID: String
        @Flag(inversion: .prefixedNo, help: "Whether the account may make tag calls.") var certified: Bool?
        @Flag(inversion: .prefixedNo, help: "Whether every call gets the answer 50002.") var frozen: Bool?
        @Flag(inversion: .prefixedNo, help: "Whether token calls get the answer 40243.") var secretFrozen: Bool?
        @Option(parsing: .upToNextOption, help: "Addresses that may fetch tokens. They replace the previous ones.")
        var allow: [String] = []
        @Flag(help: "Let every address fetch tokens.") var allowEveryone = false
        @Option(
            parsing: .upToNextOption,
            help: """
                The account's own limits, as NAME=NUMBER. They replace the previous ones. The names are openids_per_call, \
                tags_per_follower, tags_per_account, tag_name_bytes, followers_of_deletable_tag.
                """)
        var limit: [String] = []
        @Flag(help: "Return to the limits that apply to every account.") var commonLimits = false
        @Option(
            parsing: .upToNextOption,
            help: """
                The account's own quotas, as PATH=PER_DAY or PATH=PER_DAY:PER_MINUTE; write any for no limit. They replace the \
                previous ones.
                """)
        var quota: [String] = []
        @Flag(help: "Return to the quotas that apply to every account.") var commonQuotas = false

        private struct Change: Encodable {
            let certified: Bool?
            let frozen: Bool?
            let secret_frozen: Bool?
            let allowed_addresses: [String]?
            let limits: [String: Int]?
            let quotas: [String: CallQuota]?
        }

        private func limits() throws -> [String: Int]? {
            if commonLimits { return [:] }
            let pairs = try limit.map { text in
                let (name, value) = try Self.pair(text, "--limit", "NAME=NUMBER")
                guard let number = Int(value) else {
                    throw StartFailure.badSetting("--limit \(text) is not NAME=NUMBER")
                }
                return (name, number)
            }
            return pairs.isEmpty ? nil : Dictionary(pairs) { $1 }
        }

        private func quotas() throws -> [String: CallQuota]? {
            if commonQuotas { return [:] }
            let pairs = try quota.map { text in
                let form = "PATH=PER_DAY or PATH=PER_DAY:PER_MINUTE"
                let (path, value) = try Self.pair(text, "--quota", form)
                let numbers = try value.split(separator: ":", omittingEmptySubsequences: false).map { part in
                    if part == "any" { return Int?.none }
                    guard let number = Int(part) else {
                        throw StartFailure.badSetting("--quota \(text) is not \(form)")
                    }
                    return number
                }
                guard numbers.count <= 2 else { throw StartFailure.badSetting("--quota \(text) is not \(form)") }
                return (path, CallQuota(perDay: numbers[0], perMinute: numbers.count == 2 ? numbers[1] : nil))
            }
            return pairs.isEmpty ? nil : Dictionary(pairs) { $1 }
        }

        private static func pair(_ text: String, _ option: String, _ form: String) throws -> (String, String) {
            guard let sign = text.lastIndex(of: "="), sign != text.startIndex else {
                throw StartFailure.badSetting("\(option) \(text) is not \(form)")
            }
            return (String(text[..<sign]), String(text[text.index(after: sign)...]))
        }

        mutating func run() async throws {
            let addresses = allowEveryone ? [] : (allow.isEmpty ? nil : allow)
            let change = Change(
                certified: certified, frozen: frozen, secret_frozen: secretFrozen, allowed_addresses: addresses,
                limits: try limits(), quotas: try quotas())
            let answer = try await admin.client.text(.PATCH, try AdminClient.path(appID), json: change)
            if admin.json { return try tellJSON(answer) }
            let account = try JSONDecoder().decode(AccountInfo.self, from: Data(answer.utf8))
            try tell("\(account.appID): \(account.state)")
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Remove an account with its tags, followers, tokens, counts and grants.",
            discussion: """
                Only an earlier export can restore it: tagline state export --account APPID FILE.

                \(Examples.text([
                    "tagline state export --account wxmine wxmine.ndjson", "tagline accounts delete wxmine --yes",
                ]))
                """)
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Argument(help: "The account's appid.") var appID: String
        @Flag(help: "Do not ask.") var yes = false

        mutating func run() async throws {
            guard yes else {
                throw StartFailure.badSetting("this removes \(appID) permanently; pass --yes to confirm")
            }
            let answer = try await admin.client.text(.DELETE, try AdminClient.path(appID))
            if admin.json { return try tellJSON(answer) }
            try tell("\(appID) was removed.")
        }
    }

    struct RotateSecret: AsyncParsableCommand, NamingFiles {
        static let configuration = CommandConfiguration(
            commandName: "rotate-secret",
            abstract: "Give an account a new secret and print it; the account's tokens stop working at once.",
            discussion: """
                The command prints or writes the new secret before the old one ends. If this output fails, nothing is changed.

                \(Examples.text([
                    "tagline accounts rotate-secret wxmine", "tagline accounts rotate-secret wxmine --secret-out secret",
                ]))
                """)
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Argument(help: "The account's appid.") var appID: String
        @Option(help: "Write the secret to this file instead of printing it.", completion: .file())
        var secretOut: String?

        var namedFiles: NamedFiles { AccountsCommand.secretFiles(secretOut) }

        mutating func run() async throws {
            let client = try admin.client
            let path = try AdminClient.path(appID)
            // Check the account first, so that the command shows no new secret if the server does not have the account.
            _ = try await client.text(.GET, path)
            let secret = NewSecret()
            let output = try secretOut.map { try SecretOutput($0, secret) }
            if output == nil {
                if admin.json {
                    try tellJSON(try SortedJSON.text(IssuedSecret(appID: appID, secret: secret.text)))
                } else {
                    try tell(secret.text)
                }
                try StandardOutput.settle()
            }
            do {
                _ = try await client.text(.POST, path + "/secret", json: SecretWish(secret: secret.text))
            } catch let failure as AdminFailure {
                throw Self.outcome(of: failure, output)
            }
            try output?.keep()
            if let output { try tell("\(appID) has a new secret, in \(output.path).") }
        }

        /// Returns the error that says whether the old secret still works. If the connection broke, the error says that
        /// the person should try both secrets.
        private static func outcome(of failure: AdminFailure, _ output: SecretOutput?) -> StartFailure {
            if case .brokenOff = failure {
                return .failed(
                    "\(failure). The new secret may or may not work: try the one \(output.map { "in \($0.place)" } ?? "printed above"), and then the old one"
                )
            }
            output?.discard()
            return .failed(
                "\(failure). The old secret still works\(output == nil ? ", the one printed above does not" : "")")
        }
    }
}

extension AccountInfo {
    /// Whether the account is certified, and what is unusual about it.
    fileprivate var state: String {
        var words = [settings.isCertified ? "certified" : "not certified"]
        if settings.isFrozen { words.append("frozen") }
        if settings.isSecretFrozen { words.append("secret frozen") }
        if settings.limits != LimitOverrides() { words.append("own limits") }
        if !settings.quotas.isEmpty { words.append("own quotas") }
        return words.joined(separator: ", ")
    }
}
