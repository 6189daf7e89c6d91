import ArgumentParser
import Crypto
import Foundation
import Logging
import OfficialAccount
import PostgresTagStore
import TagStore
import TaglineServer

/// `tagline state copy`: from the file of one machine to a database for many, and back.
struct StateCopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy everything from one store to another: from a data directory to PostgreSQL, or back.",
        discussion: """
            Each place is a data directory, or an address such as postgres://tagline@db.example.com/tagline, whose tables tagline \
            migrate has made. No server may run on either, because what it changes meanwhile would not come along.

            Accounts are copied one after another, each all or none, and compared on both sides afterwards, by count and by a \
            checksum over everything that belongs to them. After an interruption the same command goes on: accounts that are there \
            and equal are passed over. An account or a platform that is there and differs is left alone, and the command says so. The data of a \
            sandbox is copied to an empty place or to a sandbox's only.

            \(Examples.text([
                "tagline state copy --from data --to postgres://db.example.com/tagline",
                "tagline state copy --from postgres://db.example.com/tagline --to data",
            ]))

            Exit codes: 0 when everything is there, 1 if not, 64 for a wrong option.
            """)

    @Option(help: "Where to copy from: a data directory or a database.", completion: .directory)
    var from: String

    @Option(
        help: "Where to copy to: a data directory, which is made if it is not there, or a database.",
        completion: .directory)
    var to: String

    @Option(help: "PostgreSQL schema that holds the tables. (default: TAGLINE_DATABASE_SCHEMA, or tagline)")
    var databaseSchema: String?

    mutating func run() async throws {
        ProcessLimits.keepFilesPrivate()
        try Self.check(from, "--from")
        try Self.check(to, "--to")
        guard from != to else { throw StartFailure.badSetting("--from and --to are the same place") }
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

    /// Calls `body`, and closes the store afterwards. That it cannot be closed counts only if nothing else went wrong.
    private static func with(_ store: ServedStore, _ body: (ServedStore) async throws -> Void) async throws {
        do {
            try await body(store)
        } catch {
            try? await store.end()
            throw error
        }
        try await store.end()
    }

    /// A variable that is not set, or an address with a slip in it, would otherwise be a new directory.
    private static func check(_ place: String, _ option: String) throws {
        guard !place.isEmpty else {
            throw StartFailure.badSetting(
                "\(option) is empty; name a directory, or a database as postgres://user@host/database")
        }
        guard place.prefixMatch(of: /[A-Za-z][A-Za-z0-9+.-]*:\//) == nil || DatabaseAddress.isOne(place) else {
            throw StartFailure.badSetting(
                "\(option) is no address; name a directory, or a database as postgres://user@host/database")
        }
    }

    private func open(_ place: String, isSource: Bool) async throws -> ServedStore {
        var logger = Logger(label: "tagline", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .error
        if DatabaseAddress.isOne(place) {
            let name = databaseSchema ?? ProcessInfo.processInfo.environment["TAGLINE_DATABASE_SCHEMA"] ?? "tagline"
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

/// The copying itself, from one open store to another.
struct StateCopy {
    let source: ServedStore
    let target: ServedStore

    /// What is compared of an account on both sides.
    private struct Sum: Equatable, CustomStringConvertible {
        var followers = 0
        var taggings = 0
        let checksum: String

        var description: String { "\(followers) followers and \(taggings) taggings (\(checksum))" }
    }

    func run() async throws {
        try await keepWorldsApart()
        var (copied, followers, taggings) = (0, 0, 0)
        for summary in try await source.store.accounts() {
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
                try keepIfEqual(original == copy, "account \(appID), \(copy) beside \(original),")
            } else if original != copy {
                throw StartFailure.failed(
                    "account \(appID) is not the same in \(target.place) as in \(source.place) after it was copied, \(copy) beside "
                        + "\(original); does a server run on one of them?")
            }
            followers += original.followers
            taggings += original.taggings
            say(
                "\(appID)  \(original.followers) followers, \(original.taggings) taggings  \(isThere ? "was there" : "copied")  \(copy.checksum)"
            )
        }
        let platforms = try await copyPlatforms()
        let accounts = try await source.store.accounts().count
        let others = try await target.store.accounts().count - accounts
        try tell(
            "Everything in \(source.place) is in \(target.place): \(accounts) account\(accounts == 1 ? "" : "s") (\(copied) copied now), "
                + "\(followers) followers, \(taggings) taggings, \(platforms) platform\(platforms == 1 ? "" : "s")."
                + (others > 0 ? " It holds \(others) more account\(others == 1 ? "" : "s")." : "")
        )
    }

    /// Throws if one side is a sandbox's and the other is not, but for a target that has nothing yet: that becomes a
    /// sandbox's as well.
    ///
    /// Secrets that everyone knows are not to come among accounts of production, and those not where a sandbox shows
    /// them.
    private func keepWorldsApart() async throws {
        switch (try await source.isSandbox(), try await target.isSandbox()) {
        case (true, false):
            guard try await target.store.accounts().isEmpty, try await target.store.platforms().isEmpty else {
                throw StartFailure.failed(
                    "\(source.place) holds the data of a sandbox and \(target.place) the data of tagline serve; nothing was copied. "
                        + "Copy to an empty place")
            }
            try await target.becomeSandbox()
        case (false, true):
            throw StartFailure.failed(
                "\(target.place) holds the data of a sandbox, whose accounts have secrets that everyone knows; nothing was copied. "
                    + "Copy to an empty place")
        case (true, true), (false, false): break
        }
    }

    private func copyPlatforms() async throws -> Int {
        let platforms = try await source.store.platforms()
        for platform in platforms {
            if let there = try await target.store.platform(platform.appID) {
                try keepIfEqual(there == platform, "platform \(platform.appID)")
            } else {
                try await target.store.createPlatform(platform)
            }
            for grant in try await source.store.grants(to: platform.appID, of: nil) {
                if let there = try await target.store.grants(to: platform.appID, of: grant.account).first {
                    try keepIfEqual(there == grant, "grant of \(grant.account) to platform \(platform.appID)")
                } else {
                    try await target.store.changePlatform(platform.appID, account: grant.account) { _, there in
                        there = grant
                    }
                }
            }
        }
        for platform in platforms {
            let isSame = try await target.store.platform(platform.appID) == platform
            let grants = try await source.store.grants(to: platform.appID, of: nil)
            let isSameGrants = try await target.store.grants(to: platform.appID, of: nil) == grants
            guard isSame, isSameGrants else {
                throw StartFailure.failed(
                    "platform \(platform.appID) is not the same in \(target.place) as in \(source.place); does a server run on one of them?"
                )
            }
        }
        return platforms.count
    }

    /// Throws if what the target has already is not what the source has: nothing there is written over.
    private func keepIfEqual(_ isEqual: Bool, _ what: String) throws {
        guard isEqual else {
            throw StartFailure.failed(
                "\(what) is in \(target.place) already and differs; it was left alone. Copy to an empty place")
        }
    }

    /// Counts and hashes an account as the file of its state would have it, line by line.
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
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }
}
