import AdminAPI
import ArgumentParser
import BulkRuns
import Foundation
import NIOHTTP1
import TaglineServer

struct FaultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults",
        abstract: "Make a sandbox play faults: errors, lost answers, slow answers, and answers with 45171.",
        discussion: """
            A fault is a rule: which calls it applies to, when it fires, and what it does to them. The most common \
            faults have names. The command tagline faults scenarios lists these names.

            A rule counts the calls of each account separately, so tests with one account each can run at once.

            \(Examples.text(["tagline faults apply ghost-tag", "tagline faults clear"]))
            """,
        subcommands: [List.self, Scenarios.self, Apply.self, Clear.self, Check.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Show the rules that are played, and how often each matched and fired.",
            discussion: Examples.text(["tagline faults list", "tagline faults list --json"]))
        @OptionGroup(title: "The server") var admin: AdminOptions

        mutating func run() async throws {
            try FaultsCommand.show(try await admin.client.text(.GET, "/sandbox/faults"), admin)
        }
    }

    struct Scenarios: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "scenarios", abstract: "List the faults that have a name.",
            discussion: Examples.text(["tagline faults scenarios", "tagline faults scenarios | grep 45159"]))

        mutating func run() async throws {
            let rows = FaultScenario.all.map { [$0.name, $0.summary] }
            try tell(lines: Table(names: ["NAME", "WHAT HAPPENS"], rows: rows).text)
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply", abstract: "Play a scenario, or replace all rules with those of a file.",
            discussion: """
                If the scenario is already played, it restarts.

                \(Examples.text([
                    "tagline faults apply ghost-tag --account wxmine --times 1", "tagline faults apply faults.yaml",
                ]))
                """)
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Argument(help: "The name of a scenario, or a file, YAML or JSON; - for standard input.", completion: .file())
        var what: String
        @Option(help: "For a scenario: calls of this account only.") var account: String?
        @Option(help: "For a scenario: calls that name this tag only.") var tag: Int?
        @Option(help: "For a scenario: calls that name this openid only.") var openid: String?
        @Option(help: "For a scenario: number of times that it fires for an account, or always.") var times: String?
        @Option(help: "For a scenario: number of matching calls that it lets through first.") var skip: Int?

        mutating func run() async throws {
            guard let scenario = FaultScenario.named(what) else { return try await applyFile() }
            var rule = scenario.rule
            if let account { rule.match.appid = account }
            if let tag { rule.match.tag = tag }
            if let openid { rule.match.openid = openid }
            if let skip { rule.skip = skip }
            if let times {
                guard times == "always" || Int(times) != nil else {
                    throw StartFailure.badSetting("--times \(times) is neither a number nor always")
                }
                rule.times = Int(times)
            }
            let path = "/sandbox/faults/\(try AdminClient.escaped(rule.name))"
            try FaultsCommand.show(try await admin.client.text(.PUT, path, json: rule), admin)
        }

        private func applyFile() async throws {
            guard account == nil, tag == nil, openid == nil, times == nil, skip == nil else {
                throw StartFailure.badSetting("\(what) is not a scenario; see tagline faults scenarios")
            }
            guard what == "-" || FileManager.default.fileExists(atPath: what) else {
                throw StartFailure.badSetting(
                    "\(what) is neither a scenario nor a file; see tagline faults scenarios")
            }
            let set = try FaultFile.read(what)
            let body = FaultSetBody(seed: set.seed, faults: set.rules)
            try FaultsCommand.show(try await admin.client.text(.PUT, "/sandbox/faults", json: body), admin)
        }
    }

    struct Clear: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "clear", abstract: "Stop playing all rules, or the named rule.",
            discussion: Examples.text(["tagline faults clear", "tagline faults clear ghost-tag"]))
        @OptionGroup(title: "The server") var admin: AdminOptions
        @Argument(help: "The name of the rule; all rules if absent.") var name: String?

        mutating func run() async throws {
            let rest = try name.map { "/" + (try AdminClient.escaped($0)) } ?? ""
            try FaultsCommand.show(try await admin.client.text(.DELETE, "/sandbox/faults\(rest)"), admin)
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Check whether a file of rules is valid, without a server.",
            discussion: """
                \(Examples.text(["tagline faults check faults.yaml", "cat faults.yaml | tagline faults check -"]))

                Exit codes: 0 if it is valid, 64 if not; the error names each mistake and its line.
                """)
        @Argument(help: "The file, YAML or JSON; - for standard input.", completion: .file()) var file: String

        mutating func run() async throws {
            let count = try FaultFile.read(file).rules.count
            try tell("\(file) holds \(count.counted("valid rule")).")
        }
    }

    private struct FaultSetBody: Encodable {
        let seed: UInt64
        let faults: [FaultRule]
    }

    private static func show(_ answer: String, _ admin: AdminOptions) throws {
        if admin.json { return try tellJSON(answer) }
        let faults = try JSONDecoder().decode(FaultList.self, from: Data(answer.utf8)).faults
        if faults.isEmpty { return try tell("No fault is played.") }
        let rows = faults.map {
            [$0.rule.name, $0.rule.times.map { $0.counted("time") } ?? "always", String($0.matched), String($0.fired)]
        }
        try tell(lines: Table(names: ["NAME", "FIRES", "MATCHED", "FIRED"], rows: rows).text)
    }
}
