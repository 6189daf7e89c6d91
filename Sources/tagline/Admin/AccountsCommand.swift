import ArgumentParser
import Foundation
import NIOHTTP1

struct AccountsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts", abstract: "List, add and change the accounts of a running server.",
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
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List every account.")
        @OptionGroup var admin: AdminOptions

        mutating func run() async throws {
            try await StartFailure.reporting {
                let answer = try await admin.client.text(.GET, "/accounts")
                if admin.json { return print(answer, terminator: "") }
                let accounts = try JSONDecoder().decode(AccountList.self, from: Data(answer.utf8)).accounts
                let rows = accounts.map {
                    [
                        $0.appid, $0.kind, $0.state, String($0.followers), String($0.tags),
                        $0.allowed_addresses.joined(separator: " "),
                    ]
                }
                let names = ["APPID", "KIND", "STATE", "FOLLOWERS", "TAGS", "ADDRESSES"]
                print(Table(names: names, rows: rows).text, terminator: "")
            }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Add an account and print its secret, which is kept nowhere.")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "Its appid.") var appID: String
        @Option(help: "service or subscription.") var kind = "service"
        @Flag(inversion: .prefixedNo, help: "Whether it may make tag calls.") var certified = true

        private struct NewAccount: Encodable {
            let appid: String
            let kind: String
            let certified: Bool
        }

        mutating func run() async throws {
            try await StartFailure.reporting {
                let account = NewAccount(appid: appID, kind: kind, certified: certified)
                let answer = try await admin.client.text(.POST, "/accounts", json: account)
                if admin.json { return print(answer, terminator: "") }
                let made = try JSONDecoder().decode(Account.self, from: Data(answer.utf8))
                print("\(made.appid) is made. Its secret, which is shown this once: \(made.secret ?? "")")
            }
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "update", abstract: "Change an account; what is not named stays as it is.")
        @OptionGroup var admin: AdminOptions
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
            try await StartFailure.reporting {
                let addresses = allowEveryone ? [] : (allow.isEmpty ? nil : allow)
                let change = Change(
                    certified: certified, frozen: frozen, secret_frozen: secretFrozen, allowed_addresses: addresses,
                    limits: try limits(), quotas: try quotas())
                let answer = try await admin.client.text(.PATCH, try AdminClient.path(appID), json: change)
                if admin.json { return print(answer, terminator: "") }
                let account = try JSONDecoder().decode(Account.self, from: Data(answer.utf8))
                print("\(account.appid): \(account.state)")
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Remove an account with its tags, followers, tokens and counts, and what it grants.",
            discussion: "Nothing brings it back but an export made before: tagline state export --account APPID FILE.")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "Its appid.") var appID: String
        @Flag(help: "Do not ask.") var yes = false

        mutating func run() async throws {
            try await StartFailure.reporting {
                guard yes else {
                    throw StartFailure.badSetting("this removes \(appID) for good; say --yes as well")
                }
                let answer = try await admin.client.text(.DELETE, try AdminClient.path(appID))
                print(admin.json ? answer : "\(appID) is removed.\n", terminator: "")
            }
        }
    }

    struct RotateSecret: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate-secret",
            abstract: "Give an account a new secret and print it; all its tokens end at once.")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "Its appid.") var appID: String

        private struct Rotated: Decodable {
            let secret: String
        }

        mutating func run() async throws {
            try await StartFailure.reporting {
                let answer = try await admin.client.text(.POST, try AdminClient.path(appID, "/secret"))
                if admin.json { return print(answer, terminator: "") }
                print(try JSONDecoder().decode(Rotated.self, from: Data(answer.utf8)).secret)
            }
        }
    }
}
