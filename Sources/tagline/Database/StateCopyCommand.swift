import ArgumentParser
import BulkRuns
import Crypto
import Foundation
import Logging
import OfficialAccount
import PostgresTagStore
import TagStore
import TaglineServer

/// `tagline state copy`: copies a store from a data directory to a database, or back.
struct StateCopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy everything from one store to another: from a data directory to PostgreSQL, or back.",
        discussion: """
            Each place is a data directory, or the address of a database, such as postgres://tagline@db.example.com/tagline. Before \
            the copy, tagline migrate must have created the tables of the database. No server may run on either place, because \
            its changes would not be copied.

            Accounts are copied one after another, each completely or not at all. The command then compares both sides, by count \
            and by a checksum over everything in the account. After an interruption, the same command goes on: it skips accounts \
            that the target already has unchanged. If the target's copy of an account or of a third-party platform differs, the \
            command does not change it and reports it. The data of a sandbox can only be copied to an empty place or to a \
            sandbox's data.

            The copy leaves out the calls that openapi/rid/get reports, and of a sandbox its clock and the list of its relaxed \
            accounts.

            \(Examples.text([
                "tagline state copy --from data --to postgres://db.example.com/tagline",
                "tagline state copy --from postgres://db.example.com/tagline --to data",
            ]))

            Exit codes: 0 if the target holds everything, 1 if not, 64 for a wrong option.
            """)

    @Option(help: "Where to copy from: a data directory or a database.", completion: .directory)
    var from: String

    @Option(
        help: "Where to copy to: a data directory, which is created if it does not exist, or a database.",
        completion: .directory)
    var to: String

    @Option(help: "PostgreSQL schema that holds the tables. (default: TAGLINE_DATABASE_SCHEMA, or tagline)")
    var databaseSchema: String?

    mutating func run() async throws {
        ProcessLimits.keepFilesPrivate()
        try Self.check(from, "--from")
        try Self.check(to, "--to")
        guard from != to, !Self.isSameDirectory(from, to) else {
            throw StartFailure.badSetting("--from and --to are the same place")
        }
        do {
            try await Self.with(open(from, isSource: true)) { source in
                try await Self.with(open(to, isSource: false)) { target in
                    try await StateCopy(source: source, target: target).run()
                }
            }
        } catch let refusal as Refusal {
            throw StartFailure.failed(refusal.reason)
        } catch let failure as any CommandFailure {
            throw failure
        } catch {
            throw StartFailure.failed("the copy stopped: \(error)")
        }
    }

    private static func isSameDirectory(_ one: String, _ other: String) -> Bool {
        guard let one = FileStatus(path: one), let other = FileStatus(path: other) else { return false }
        return one.isDirectory && one.identity == other.identity
    }

    /// Calls `body`, and closes the store afterwards. If `body` and the closing both fail, throws the error of `body`.
    private static func with(_ store: ServedStore, _ body: (ServedStore) async throws -> Void) async throws {
        do {
            try await body(store)
        } catch {
            try? await store.end()
            throw error
        }
        try await store.end()
    }

    /// Throws ``StartFailure`` for an empty place or a mistyped address. Without this check, the command would take a
    /// mistyped address for the name of a directory.
    private static func check(_ place: String, _ option: String) throws {
        guard !place.isEmpty else {
            throw StartFailure.badSetting(
                "\(option) is empty; name a directory, or a database as postgres://user@host/database")
        }
        guard place.prefixMatch(of: /[A-Za-z][A-Za-z0-9+.-]*:\//) == nil || DatabaseAddress.isOne(place) else {
            throw StartFailure.badSetting(
                "\(option) is not an address; name a directory, or a database as postgres://user@host/database")
        }
    }

    private func open(_ place: String, isSource: Bool) async throws -> ServedStore {
        var logger = Logger(label: "tagline", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .error
        if DatabaseAddress.isOne(place) {
            let name = databaseSchema ?? SecretText.environment("TAGLINE_DATABASE_SCHEMA") ?? "tagline"
            return try await .postgres(
                DatabaseSettings(address: place, schemaName: name, option: isSource ? "--from" : "--to"), logger)
        }
        let directory = URL(filePath: place)
        if isSource, !FileManager.default.fileExists(atPath: directory.appending(path: "tagline.sqlite").path) {
            throw StartFailure.failed("\(place) holds no data of tagline serve")
        }
        do {
            return try .embedded(in: DataDirectory(directory), logger)
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw StartFailure.failed("\(error)")
        }
    }
}

/// Copies everything from one open store to another.
struct StateCopy {
    let source: ServedStore
    let target: ServedStore

    /// The facts about an account that must be equal in the source and in the target.
    private struct Sum: Equatable, CustomStringConvertible {
        var followers = 0
        var taggings = 0
        let checksum: String

        var description: String {
            "\(followers.counted("follower")) and \(taggings.counted("tagging")) (\(checksum))"
        }
    }

    func run() async throws {
        try await keepWorldsApart()
        var (copied, followers, taggings) = (0, 0, 0)
        let summaries = try await source.store.accounts()
        for summary in summaries {
            let appID = summary.account.appID
            let isThere = try await target.store.account(appID) != nil
            if !isThere {
                let records = try await source.store.exportState(of: appID)
                _ = try await target.store.importState { sink in
                    for try await record in records { try sink.take(record) }
                }
                copied += 1
            }
            let (original, copy) = (try await sum(of: appID, in: source), try await sum(of: appID, in: target))
            if isThere {
                try keepIfEqual(original == copy, "account \(appID), with \(copy) instead of \(original),")
            } else if original != copy {
                throw StartFailure.failed(
                    "account \(appID) was copied, but is not the same in \(target.place) as in \(source.place): \(copy) instead of "
                        + "\(original); does a server run on one of these places?")
            }
            followers += original.followers
            taggings += original.taggings
            say(
                "\(appID)  \(original.followers.counted("follower")), \(original.taggings.counted("tagging"))  \(isThere ? "was there" : "copied")  \(copy.checksum)"
            )
        }
        let components = try await copyComponents()
        let accounts = summaries.count
        let others = try await target.store.accounts().count - accounts
        if try await source.isSandbox() {
            say("not copied: the clock of the sandbox, and which of its accounts are relaxed")
        }
        try tell(
            "Everything in \(source.place) is in \(target.place): \(accounts.counted("account")) (\(copied.grouped) copied now), "
                + "\(followers.counted("follower")), \(taggings.counted("tagging")), \(components.counted("platform"))."
                + (others > 0 ? " The target holds \(others.counted("more account"))." : "")
        )
    }

    /// Throws ``StartFailure`` if the copy would mix the data of a sandbox with production data. If the source holds
    /// the data of a sandbox and the target is empty, marks the target as the data of a sandbox.
    ///
    /// The secrets of a sandbox are public, so its accounts must not become production accounts. Production accounts
    /// must not become visible in a sandbox.
    private func keepWorldsApart() async throws {
        switch (try await source.isSandbox(), try await target.isSandbox()) {
        case (true, false):
            guard try await target.store.accounts().isEmpty, try await target.store.components().isEmpty else {
                throw StartFailure.failed(
                    "\(source.place) holds the data of a sandbox and \(target.place) the data of tagline serve; nothing was copied. "
                        + "Copy to an empty place")
            }
            try await target.becomeSandbox()
        case (false, true):
            throw StartFailure.failed(
                "\(target.place) holds the data of a sandbox, whose accounts have publicly known secrets; nothing was copied. "
                    + "Copy to an empty place")
        case (true, true), (false, false): break
        }
    }

    private func copyComponents() async throws -> Int {
        let components = try await source.store.components()
        for component in components {
            if let there = try await target.store.component(component.appID) {
                try keepIfEqual(there == component, "platform \(component.appID)")
            } else {
                try await target.store.createComponent(component)
            }
            try await copyCounts(of: component.appID)
            for grant in try await source.store.grants(to: component.appID, of: nil) {
                if let there = try await target.store.grants(to: component.appID, of: grant.account).first {
                    try keepIfEqual(there == grant, "grant of \(grant.account) to platform \(component.appID)")
                } else {
                    try await target.store.changeComponent(component.appID, account: grant.account) { _, there in
                        there = grant
                    }
                }
            }
        }
        for component in components {
            let isSame = try await target.store.component(component.appID) == component
            let grants = try await source.store.grants(to: component.appID, of: nil)
            let isSameGrants = try await target.store.grants(to: component.appID, of: nil) == grants
            let kept = try await counts(of: component.appID, in: source)
            let isSameCounts = try await counts(of: component.appID, in: target) == kept
            guard isSame, isSameGrants, isSameCounts else {
                throw StartFailure.failed(
                    "platform \(component.appID) is not the same in \(target.place) as in \(source.place); does a server run on one of these places?"
                )
            }
        }
        return components.count
    }

    /// Copies the counts of a third-party platform's calls and resets. An account's counts are part of its state.
    private func copyCounts(of component: AppID) async throws {
        let kept = try await counts(of: component, in: source)
        let there = try await counts(of: component, in: target)
        if there.isEmpty {
            try await target.store.saveCounters(kept)
        } else {
            try keepIfEqual(there == kept, "a count of platform \(component)")
        }
    }

    private func counts(of component: AppID, in place: ServedStore) async throws -> [CallCounter] {
        try await place.store.counters(of: component).sorted { $0.name < $1.name }
    }

    /// Throws ``StartFailure`` if `isEqual` is false, which means that `what` differs in the target. The command
    /// overwrites nothing in the target.
    private func keepIfEqual(_ isEqual: Bool, _ what: String) throws {
        guard isEqual else {
            throw StartFailure.failed(
                "\(what) is in \(target.place) already and differs; it was not changed. Copy to an empty place")
        }
    }

    /// Counts the followers and taggings of an account, and hashes the lines that an export of the account would have.
    private func sum(of appID: AppID, in place: ServedStore) async throws -> Sum {
        var file = StateFileWriter()
        var hash = SHA256()
        var (followers, taggings) = (0, 0)
        for try await record in try await place.store.exportState(of: appID) {
            if case .followers(let some) = record {
                followers += some.count
                taggings += some.reduce(0) { $0 + $1.tagIDs.count }
            }
            hash.update(data: file.lines(of: record))
        }
        return Sum(
            followers: followers, taggings: taggings, checksum: Hexadecimal.text(hash.finalize().prefix(8)))
    }

    private func say(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data((line.shown + "\n").utf8))
    }
}
