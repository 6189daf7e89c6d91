import ArgumentParser
import Foundation
import NIOHTTP1

struct AccountsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts", abstract: "List, add and change the accounts of a running server.",
        subcommands: [List.self, Create.self, Update.self, RotateSecret.self], defaultSubcommand: List.self)

    /// An account as the admin plane tells of it.
    private struct Account: Decodable {
        let appid: String
        let kind: String
        let certified: Bool
        let frozen: Bool
        let secret_frozen: Bool
        let allowed_addresses: [String]
        let followers: Int
        let tags: Int
        /// Only just after it was made.
        let secret: String?

        var state: String {
            var words = [certified ? "certified" : "not certified"]
            if frozen { words.append("frozen") }
            if secret_frozen { words.append("secret frozen") }
            return words.joined(separator: ", ")
        }
    }

    private struct AccountList: Decodable {
        let accounts: [Account]
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List every account.")
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
            abstract: "Add an account and print its secret, which is kept nowhere.")
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
            abstract: "Change an account; what is not named stays as it is.")
        @OptionGroup var admin: AdminOptions
        @Argument(help: "Its appid.") var appID: String
        @Flag(inversion: .prefixedNo, help: "Whether it may make tag calls.") var certified: Bool?
        @Flag(inversion: .prefixedNo, help: "Whether every call is answered 50002.") var frozen: Bool?
        @Flag(inversion: .prefixedNo, help: "Whether token calls are answered 40243.") var secretFrozen: Bool?
        @Option(parsing: .upToNextOption, help: "Who may fetch tokens, in place of who might before.")
        var allow: [String] = []
        @Flag(help: "Let tokens be fetched from everywhere.") var allowEveryone = false

        private struct Change: Encodable {
            let certified: Bool?
            let frozen: Bool?
            let secret_frozen: Bool?
            let allowed_addresses: [String]?
        }

        mutating func run() async throws {
            try await StartFailure.reporting {
                let addresses = allowEveryone ? [] : (allow.isEmpty ? nil : allow)
                let change = Change(
                    certified: certified, frozen: frozen, secret_frozen: secretFrozen, allowed_addresses: addresses)
                let answer = try await admin.client.text(.PATCH, try AdminClient.path(appID), json: change)
                if admin.json { return print(answer, terminator: "") }
                let account = try JSONDecoder().decode(Account.self, from: Data(answer.utf8))
                print("\(account.appid): \(account.state)")
            }
        }
    }

    struct RotateSecret: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
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
