import ArgumentParser
import BulkRuns
import Foundation
import NIOHTTP1

struct AccountsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts", abstract: "List, add and change the accounts of a running server.",
        discussion: Examples.text(["tagline accounts", "tagline accounts create wxmine"]),
        subcommands: [List.self, Create.self, Update.self, RotateSecret.self, Delete.self], defaultSubcommand: List.self
    )

    /// An account as the admin plane tells of it.
    private struct Account: Decodable {
        let appid: String
        let kind: String
        let certified: Bool
        let frozen: Bool
        let secret_frozen: Bool
        let allowed_addresses: [String]
        let limits: [String: Int]
        let quotas: [String: [String: Int]]
        let followers: Int
        let tags: Int
        /// Only just after it was made.
        let secret: String?

        var state: String {
            var words = [certified ? "certified" : "not certified"]
            if frozen { words.append("frozen") }
            if secret_frozen { words.append("secret frozen") }
            if !limits.isEmpty { words.append("own limits") }
            if !quotas.isEmpty { words.append("own quotas") }
            return words.joined(separator: ", ")
        }
    }

    private struct AccountList: Decodable {
        let accounts: [Account]
    }

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
                    $0.appid, $0.kind, $0.state, String($0.followers), String($0.tags),
                    $0.allowed_addresses.joined(separator: " "),
                ]
            }
            let names = ["APPID", "KIND", "STATE", "FOLLOWERS", "TAGS", "ADDRESSES"]
            try tell(Table(names: names, rows: rows).text, terminator: "")
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Add an account and print its secret, which is kept nowhere.",
            discussion: Examples.text([
                "tagline accounts create wxmine",
                "tagline accounts create wxmine --kind subscription --secret-out secret",
            ]))
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Argument(help: "Its appid.") var appID: String
        @Option(help: "service or subscription.") var kind = "service"
        @Flag(inversion: .prefixedNo, help: "Whether it may make tag calls.") var certified = true
        @Option(help: "Write the secret to this file instead of printing it.", completion: .file())
        var secretOut: String?

        private struct NewAccount: Encodable {
            let appid: String
            let kind: String
            let certified: Bool
            let secret: String
        }

        mutating func run() async throws {
            let secret = NewSecret()
            let output = try secretOut.map { try SecretOutput($0, secret) }
            let answer: String
            do {
                let account = NewAccount(appid: appID, kind: kind, certified: certified, secret: secret.text)
                answer = try await admin.client.text(.POST, "/accounts", json: account)
            } catch {
                if case AdminFailure.brokenOff = error {} else { output?.discard() }
                throw error
            }
            try output?.keep()
            let made = try JSONDecoder().decode(Account.self, from: Data(answer.utf8))
            do {
                if let output {
                    try tell("\(made.appid) is made. Its secret is in \(output.path).")
                } else if admin.json {
                    try tellJSON(answer)
                } else {
                    try tell("\(made.appid) is made. Its secret, which is shown this once: \(made.secret ?? "")")
                }
                try StandardOutput.settle()
            } catch {
                if output == nil {
                    StandardError.say(
                        "\(made.appid) is made and its secret could not be shown: give it another with tagline accounts rotate-secret \(made.appid)"
                    )
                }
                throw error
            }
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "update", abstract: "Change an account; what is not named stays as it is.",
            discussion: Examples.text([
                "tagline accounts update wxmine --frozen", "tagline accounts update wxmine --allow 192.0.2.7 192.0.2.8",
            ]))
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Argument(help: "Its appid.") var appID: String
        @Flag(inversion: .prefixedNo, help: "Whether it may make tag calls.") var certified: Bool?
        @Flag(inversion: .prefixedNo, help: "Whether every call is answered 50002.") var frozen: Bool?
        @Flag(inversion: .prefixedNo, help: "Whether token calls are answered 40243.") var secretFrozen: Bool?
        @Option(parsing: .upToNextOption, help: "Who may fetch tokens, in place of who might before.")
        var allow: [String] = []
        @Flag(help: "Let tokens be fetched from everywhere.") var allowEveryone = false
        @Option(
            parsing: .upToNextOption,
            help: """
                Its own limits, in place of those set before, as NAME=NUMBER: openids_per_call, tags_per_follower, \
                tags_per_account, tag_name_bytes, followers_of_deletable_tag.
                """)
        var limit: [String] = []
        @Flag(help: "Give it everyone's limits again.") var commonLimits = false
        @Option(
            parsing: .upToNextOption,
            help: """
                Its own quotas, in place of those set before, as PATH=PER_DAY or PATH=PER_DAY:PER_MINUTE; any for no limit.
                """)
        var quota: [String] = []
        @Flag(help: "Give it everyone's quotas again.") var commonQuotas = false

        private struct Change: Encodable {
            let certified: Bool?
            let frozen: Bool?
            let secret_frozen: Bool?
            let allowed_addresses: [String]?
            let limits: [String: Int]?
            let quotas: [String: Quota]?
        }

        private struct Quota: Encodable {
            let per_day: Int?
            let per_minute: Int?
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

        private func quotas() throws -> [String: Quota]? {
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
                return (path, Quota(per_day: numbers[0], per_minute: numbers.count == 2 ? numbers[1] : nil))
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
            let account = try JSONDecoder().decode(Account.self, from: Data(answer.utf8))
            try tell("\(account.appid): \(account.state)")
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Remove an account with its tags, followers, tokens and counts, and what it grants.",
            discussion: """
                Nothing brings it back but an export made before: tagline state export --account APPID FILE.

                \(Examples.text([
                    "tagline state export --account wxmine wxmine.ndjson", "tagline accounts delete wxmine --yes",
                ]))
                """)
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Argument(help: "Its appid.") var appID: String
        @Flag(help: "Do not ask.") var yes = false

        mutating func run() async throws {
            guard yes else {
                throw StartFailure.badSetting("this removes \(appID) for good; say --yes as well")
            }
            let answer = try await admin.client.text(.DELETE, try AdminClient.path(appID))
            if admin.json { return try tellJSON(answer) }
            try tell("\(appID) is removed.")
        }
    }

    struct RotateSecret: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate-secret",
            abstract: "Give an account a new secret and print it; all its tokens end at once.",
            discussion: """
                The new secret is printed, or on disk, before the old one ends: if it cannot be, nothing is changed.

                \(Examples.text([
                    "tagline accounts rotate-secret wxmine", "tagline accounts rotate-secret wxmine --secret-out secret",
                ]))
                """)
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Argument(help: "Its appid.") var appID: String
        @Option(help: "Write the secret to this file instead of printing it.", completion: .file())
        var secretOut: String?

        private struct Rotation: Codable {
            let appid: String
            let secret: String
        }

        private struct Wish: Encodable {
            let secret: String
        }

        mutating func run() async throws {
            let client = try admin.client
            let path = try AdminClient.path(appID)
            // Check the account first, so that the command shows no secret if the server would refuse it.
            _ = try await client.text(.GET, path)
            let secret = NewSecret()
            let output = try secretOut.map { try SecretOutput($0, secret) }
            if output == nil {
                if admin.json {
                    try tellJSON(try JSONOutput.text(Rotation(appid: appID, secret: secret.text)))
                } else {
                    try tell(secret.text)
                }
                try StandardOutput.settle()
            }
            do {
                _ = try await client.text(.POST, path + "/secret", json: Wish(secret: secret.text))
            } catch let failure as AdminFailure {
                throw Self.outcome(of: failure, output)
            }
            try output?.keep()
            if let output { try tell("\(appID) has a new secret, in \(output.path).") }
        }

        /// Returns the error that says which secret works now: the old one or the new one.
        private static func outcome(of failure: AdminFailure, _ output: SecretOutput?) -> StartFailure {
            if case .brokenOff = failure {
                return .failed(
                    "\(failure). Whether the new secret works is not known: try the one \(output.map { "in \($0.place)" } ?? "printed above"), and then the old one"
                )
            }
            output?.discard()
            return .failed(
                "\(failure). The old secret still works\(output == nil ? ", the one printed above does not" : "")")
        }
    }
}
