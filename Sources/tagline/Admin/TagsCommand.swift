import AdminAPI
import ArgumentParser
import BulkRuns
import Foundation
import NIOHTTP1
import OfficialAccount
import OfficialAccountClient

struct TagsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tags",
        abstract: "List, create, rename, delete and drain the tags of an account, at WeChat or at Tagline.",
        discussion: """
            The command uses the account's own credentials, as tagline tag does. With --admin, it uses the admin plane of a \
            Tagline server.

            \(Examples.text(["tagline tags", "tagline tags create vip"]))
            """,
        subcommands: [List.self, Create.self, Rename.self, Delete.self, DrainCommand.self], defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the tags and how many followers carry each.",
            discussion: Examples.text(["tagline tags list", "tagline tags list --admin --account wxmine --json"]))
        @OptionGroup(title: "Account and server") var account: AccountOptions
        @OptionGroup(title: "At the admin plane") var plane: PlaneOptions

        mutating func run() async throws {
            let list: TagList
            if plane.isAdmin {
                let answer = try await plane.client(account).text(
                    .GET, try plane.path("/tags"))
                if plane.json { return try tellJSON(answer) }
                list = try JSONDecoder().decode(TagList.self, from: Data(answer.utf8))
            } else {
                let account = try await account.account()
                let tags = try await account.reporting { try await account.client.tags.list() }
                list = TagList(tags: tags.map { TagInfo(id: $0.id.rawValue, name: $0.name, count: $0.count) })
                if plane.json { return try tellJSON(try SortedJSON.text(list)) }
            }
            let rows = list.tags.map { ["\($0.id)", "\($0.count)", $0.name] }
            try tell(lines: Table(names: ["ID", "FOLLOWERS", "NAME"], rows: rows).text)
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Create a tag and print its id.",
            discussion: Examples.text(["tagline tags create vip", "tagline tags create vip --admin --account wxmine"]))
        @Argument(help: "The tag's name, up to 30 bytes of UTF-8.") var name: String
        @OptionGroup(title: "Account and server") var account: AccountOptions
        @OptionGroup(title: "At the admin plane") var plane: PlaneOptions

        mutating func run() async throws {
            if plane.isAdmin {
                let answer = try await plane.client(account).text(
                    .POST, try plane.path("/tags"), json: TagWish(name: name))
                if plane.json { return try tellJSON(answer) }
                return try tell("\(try JSONDecoder().decode(TagInfo.self, from: Data(answer.utf8)).id)")
            }
            let account = try await account.account()
            let id = try await TagsCommand.create(name, account)
            if plane.json { return try tellJSON(try SortedJSON.text(TagInfo(id: id.rawValue, name: name, count: 0))) }
            try tell("\(id)")
        }
    }

    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rename", abstract: "Give a tag another name.",
            discussion: Examples.text([
                "tagline tags rename vip gold", "tagline tags rename vip gold --admin --account wxmine",
            ]))
        @Argument(help: .tag) var tag: String
        @Argument(help: "The tag's new name, up to 30 bytes of UTF-8.") var name: String
        @OptionGroup(title: "Account and server") var account: AccountOptions
        @OptionGroup(title: "At the admin plane") var plane: PlaneOptions

        mutating func run() async throws {
            let id: Int
            if plane.isAdmin {
                let client = try plane.client(account)
                id = try await client.tags(of: plane.appID).existing(tag).id.rawValue
                let answer = try await client.text(
                    .PATCH, try plane.path("/tags/\(id)"), json: TagWish(name: name))
                if plane.json { return try tellJSON(answer) }
            } else {
                let account = try await account.account()
                id = try await TagsCommand.existing(tag, account).id.rawValue
                try await account.reporting(about: [TagID(id)]) { [name] in
                    try await account.client.tags.rename(TagID(id), to: name)
                }
                if plane.json { return try tellJSON(try SortedJSON.text(RenamedTag(id: id, name: name))) }
            }
            try tell("Tag \(id) is now named \(name.shown).")
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete a tag and remove it from every follower.",
            discussion: """
                Asks for confirmation if followers carry the tag. A tag that more than 100,000 followers carry cannot be deleted \
                until some of them are untagged; see tagline tags drain.

                \(Examples.text(["tagline tags delete vip", "tagline tags delete vip --yes --admin --account wxmine"]))
                """)
        @Argument(help: .tag) var tag: String

        @Flag(help: "Do not ask.")
        var yes = false

        @OptionGroup(title: "Account and server") var account: AccountOptions
        @OptionGroup(title: "At the admin plane") var plane: PlaneOptions

        mutating func run() async throws {
            if plane.isAdmin {
                let client = try plane.client(account)
                let found = try await client.tags(of: plane.appID).existing(tag)
                try confirm(
                    found, CarrierCount(number: found.count),
                    at: "the account \(try plane.appID.shown) at \(client.base)")
                let answer = try await client.text(.DELETE, try plane.path("/tags/\(found.id)"))
                if plane.json { return try tellJSON(answer) }
                return try tell("Tag \(found.name.shown) (\(found.id)) was deleted.")
            }
            let account = try await account.account()
            let found = try await TagsCommand.existing(tag, account)
            // With --yes there is no question, so the command need not know the number.
            if !yes { try confirm(found, try await account.carriers(of: found), at: account.told) }
            try await account.reporting(about: [found.id]) { try await account.client.tags.delete(found.id) }
            if plane.json {
                return try tellJSON(
                    try SortedJSON.text(TagInfo(id: found.id.rawValue, name: found.name, count: found.count)))
            }
            try tell("Tag \(found.name.shown) (\(found.id)) was deleted.")
        }

        /// Asks for confirmation if followers carry the tag, because nobody can undo the deletion of a tag.
        private func confirm(_ tag: Tag, _ carriers: CarrierCount, at account: String) throws {
            guard carriers.number > 0 else { return }
            try Confirmation.ask(
                "Delete \(tag.name.shown) (\(tag.id)) at \(account), and remove it from \(carriers.number.counted("follower"))\(carriers.isLeast ? " or more" : "")?",
                isGiven: yes)
        }
    }

    /// Creates a tag. If no answer says whether the tag was created, the error reports whether the account's list has
    /// the tag.
    private static func create(_ name: String, _ account: RunAccount) async throws -> TagID {
        do throws(CallFailure) {
            return try await account.client.tags.create(named: name)
        } catch {
            let failure = account.failure(error)
            guard error.mayHaveBeenApplied else { throw failure }
            // The command did not read the tags before the call. But the platform refuses a name that is taken, so a
            // tag of this name is probably new.
            guard let list = try? await account.client.tags.list() else {
                throw StartFailure.failed("\(failure). The tag may have been created; see tagline tags list")
            }
            guard let tag = list.first(where: { $0.name.hasSameBytes(as: name) }) else {
                throw StartFailure.failed("\(failure). The account has no tag of this name now")
            }
            throw StartFailure.failed(
                "\(failure). The account has a tag of this name now, \(tag.id): the call has probably created it")
        }
    }

    private static func existing(_ text: String, _ account: RunAccount) async throws -> Tag {
        try await account.reporting { try AccountTags(try await account.client.tags.list()).existing(text) }
    }
}
