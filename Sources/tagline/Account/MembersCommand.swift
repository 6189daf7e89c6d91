import ArgumentParser
import BulkRuns
import Foundation
import OfficialAccount
import OfficialAccountClient

struct MembersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "members",
        abstract: "List the followers who carry a tag or match an expression over tags, one openid on each line.",
        discussion: """
            An expression combines tags, by name or id, with ! for not, & for and, | for or, and brackets. Put a name with spaces or \
            signs in quotes: --where '"vip" & !churned & (beijing | shanghai)'. The command computes the answer from the platform's \
            lists, with one call for every 10,000 followers on each list.

            \(Examples.text(["tagline members vip", "tagline members --where 'vip & !churned'"]))

            Exit codes: 0 listed; 1 failed; 64 the command line is invalid; 74 the output could not be written.
            """)
    @Argument(help: .tag)
    var tag: String?

    @Option(name: .customLong("where"), help: "An expression over tags, instead of a tag.")
    var expression: String?

    @OptionGroup(title: "Account and server") var account: AccountOptions

    func validate() throws {
        guard (tag == nil) != (expression == nil) else { throw ValidationError("give either a tag or --where") }
    }

    mutating func run() async throws {
        let account = try await account.account()
        let names = try await account.reporting { AccountTags(try await account.client.tags.list()) }
        var lines = Lines()
        if let expression {
            let audience = try Audience(expression, tags: names)
            try await account.reporting(about: audience.tagIDs) {
                try await audience.gather(from: account.patient, passedOver: StandardError.sayPassedOver)
            }
            try audience.each { try lines.add($0) }
        } else if let tag {
            let id = try names.existing(tag).id
            try await account.reporting(about: [id]) {
                let pages = MemberPages(
                    client: account.patient, tag: id, passedOver: StandardError.sayPassedOver)
                for try await page in pages {
                    for openID in page { try lines.add(openID) }
                    try lines.flush()
                }
            }
        }
        try lines.flush()
    }

    /// Collects lines for standard output, and writes many lines together.
    private struct Lines {
        private var text = Data()

        mutating func add(_ openID: OpenID) throws {
            text.append(contentsOf: "\(openID)\n".utf8)
            if text.count > 1 << 16 { try flush() }
        }

        mutating func flush() throws {
            try StandardOutput.write(text)
            text.removeAll(keepingCapacity: true)
        }
    }
}
