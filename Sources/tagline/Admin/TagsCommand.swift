import ArgumentParser
import Foundation
import NIOHTTP1

struct TagsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tags",
        abstract: "List, create, rename and delete the tags of an account of a running server; drain one anywhere.",
        subcommands: [List.self, Create.self, Rename.self, Delete.self, DrainCommand.self], defaultSubcommand: List.self
    )

    /// A tag as the admin plane tells of it.
    private struct Tag: Decodable {
        let id: Int
        let name: String
        /// Not told of one that was renamed.
        let count: Int?
    }

    private struct TagList: Decodable {
        let tags: [Tag]
    }

    private struct Named: Encodable {
        let name: String
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the tags and how many followers carry each.")
        @OptionGroup var admin: AdminOptions
        @Option(help: "The account's appid.") var account: String

        mutating func run() async throws {
            try await StartFailure.reporting {
                let answer = try await admin.client.text(.GET, try AdminClient.path(account, "/tags"))
                if admin.json { return print(answer, terminator: "") }
                let tags = try JSONDecoder().decode(TagList.self, from: Data(answer.utf8)).tags
                let rows = tags.map { ["\($0.id)", "\($0.count ?? 0)", $0.name] }
                print(Table(names: ["ID", "FOLLOWERS", "NAME"], rows: rows).text, terminator: "")
            }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Create a tag and print its id.")
        @OptionGroup var admin: AdminOptions
        @Option(help: "The account's appid.") var account: String
        @Argument(help: "Its name, up to 30 bytes of UTF-8.") var name: String

        mutating func run() async throws {
            try await StartFailure.reporting {
                let answer = try await admin.client.text(
                    .POST, try AdminClient.path(account, "/tags"), json: Named(name: name))
                if admin.json { return print(answer, terminator: "") }
                print(try JSONDecoder().decode(Tag.self, from: Data(answer.utf8)).id)
            }
        }
    }

    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "rename", abstract: "Give a tag another name.")
        @OptionGroup var admin: AdminOptions
        @Option(help: "The account's appid.") var account: String
        @Argument(help: "The tag's id.") var tag: Int
        @Argument(help: "Its new name, up to 30 bytes of UTF-8.") var name: String

        mutating func run() async throws {
            try await StartFailure.reporting {
                let answer = try await admin.client.text(
                    .PATCH, try AdminClient.path(account, "/tags/\(tag)"), json: Named(name: name))
                print(admin.json ? answer : "Tag \(tag) is now named \(name).\n", terminator: "")
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete a tag and take it off everyone.",
            discussion:
                "A tag that more than 100,000 followers carry cannot be deleted until some of them are untagged.")
        @OptionGroup var admin: AdminOptions
        @Option(help: "The account's appid.") var account: String
        @Argument(help: "The tag's id.") var tag: Int

        mutating func run() async throws {
            try await StartFailure.reporting {
                let answer = try await admin.client.text(.DELETE, try AdminClient.path(account, "/tags/\(tag)"))
                print(admin.json ? answer : "Tag \(tag) is deleted.\n", terminator: "")
            }
        }
    }
}
