import GRDB
import OfficialAccount
import Synchronization
import TagStore
import TagStoreConformance

@testable import EmbeddedTagStore

/// A step of a run on the fault bench: a call that changes the world, or an action that only moves bytes on disk.
enum BenchStep: Hashable, Sendable {
    case createAccount
    case createTag(TagID, named: String)
    case deleteTag(TagID)
    case follow(Range<Int>)
    case tag([Int], TagID)
    case untag([Int], TagID)
    /// Issues an ordinary token, whose fingerprint repeats one byte.
    case issueToken(UInt8)
    /// SQLite copies its log into the database file, and then overwrites the log.
    case takeInLog
    /// The bench closes the store and opens it again.
    case reopen

    static let tokens: ClosedRange<UInt8> = 1...2

    /// Returns the steps of one run: 32 taggings, and at least one step of every other kind.
    static func script(seed: UInt64) -> [BenchStep] {
        var random = SeededGenerator(seed: seed)
        let shortLived = TagID(102)
        var steps: [BenchStep] = [
            .createAccount, .createTag(Fixture.tag, named: "one"), .createTag(Fixture.otherTag, named: "two"),
            .createTag(shortLived, named: "three"), .follow(0..<100),
        ]
        for part in 0..<4 {
            for _ in 0..<8 {
                let tag = [Fixture.tag, Fixture.otherTag, part < 2 ? shortLived : Fixture.tag]
                    .randomElement(using: &random)
                steps.append(.tag(someone(using: &random), tag ?? Fixture.tag))
            }
            switch part {
            case 0: steps += [.issueToken(1), .takeInLog]
            case 1: steps += [.untag(someone(using: &random), Fixture.tag), .reopen]
            case 2: steps += [.deleteTag(shortLived), .follow(100..<120), .takeInLog]
            default: steps += [.issueToken(2), .untag(someone(using: &random), Fixture.otherTag)]
            }
        }
        return steps
    }

    private static func someone(using random: inout SeededGenerator) -> [Int] {
        Array(Array(0..<100).shuffled(using: &random).prefix(Int.random(in: 1...50, using: &random)))
    }

    func perform(on store: EmbeddedTagStore) async throws(Refusal) {
        switch self {
        case .createAccount:
            try await store.createAccount(
                Account(
                    appID: Fixture.appID, kind: .service, isCertified: true, secret: Self.fingerprint(of: 0)))
        case .createTag(let id, let name):
            _ = try await store.createTag(named: name, id: id, for: Fixture.appID)
        case .deleteTag(let id):
            try await store.deleteTag(id, for: Fixture.appID)
        case .follow(let numbers):
            try await store.follow(numbers.map(Fixture.follower), of: Fixture.appID, at: Fixture.now)
        case .tag(let numbers, let id):
            try await store.batchTagging(OpenIDList(numbers.map(Fixture.follower)), tag: id, for: Fixture.appID)
        case .untag(let numbers, let id):
            try await store.batchUntagging(OpenIDList(numbers.map(Fixture.follower)), tag: id, for: Fixture.appID)
        case .issueToken(let number):
            let token = NewToken(fingerprint: Self.fingerprint(of: number), secret: Self.fingerprint(of: 0))
            try await store.issueToken(token, for: Fixture.appID, at: Fixture.now, rules: TokenRules())
        case .takeInLog:
            if store.isSure { store.checkpoint() }
        case .reopen:
            break
        }
    }

    static func fingerprint(of byte: UInt8) -> Fingerprint {
        guard let fingerprint = Fingerprint([UInt8](repeating: byte, count: Fingerprint.length)) else {
            preconditionFailure("32 bytes make a fingerprint")
        }
        return fingerprint
    }
}

/// Everything that the steps change, as a reader of the store sees it.
struct BenchWorld: Hashable, Sendable, CustomStringConvertible {
    struct CarriedTag: Hashable, Sendable {
        let name: String
        /// The count that the store lists. It must be the number of carriers.
        private(set) var count = 0
        var carriers: Set<OpenID> {
            didSet { count = carriers.count }
        }

        init(name: String, count: Int = 0, carriers: Set<OpenID> = []) {
            self.name = name
            self.count = count
            self.carriers = carriers
        }
    }

    private(set) var hasAccount = false
    private(set) var tags: [TagID: CarriedTag] = [:]
    private(set) var followers: [OpenID] = []
    private(set) var tokens: Set<UInt8> = []

    /// The world before the first step.
    init() {}

    init(of store: EmbeddedTagStore) throws(Refusal) {
        guard store.account(Fixture.appID) != nil else { return }
        hasAccount = true
        for tag in store.tags(of: Fixture.appID) where tag.id != .starred {
            let carriers = try store.followers(carrying: tag.id, after: nil, for: Fixture.appID)
            tags[tag.id] = CarriedTag(name: tag.name, count: tag.count, carriers: Set(carriers))
        }
        followers = try store.followers(after: nil, of: Fixture.appID).openIDs
        for token in BenchStep.tokens {
            if case .valid = store.verdict(on: BenchStep.fingerprint(of: token), at: Fixture.now) {
                tokens.insert(token)
            }
        }
    }

    /// Returns the world after a step that the store has acknowledged.
    func applying(_ step: BenchStep) -> BenchWorld {
        var world = self
        switch step {
        case .createAccount: world.hasAccount = true
        case .createTag(let id, let name): world.tags[id] = CarriedTag(name: name)
        case .deleteTag(let id): world.tags[id] = nil
        case .follow(let numbers): world.followers += numbers.map(Fixture.follower)
        case .tag(let numbers, let id): world.tags[id]?.carriers.formUnion(numbers.map(Fixture.follower))
        case .untag(let numbers, let id): world.tags[id]?.carriers.subtract(numbers.map(Fixture.follower))
        case .issueToken(let number): world.tokens.insert(number)
        case .takeInLog, .reopen: break
        }
        return world
    }

    var description: String {
        guard hasAccount else { return "no account" }
        let carried = tags.sorted { $0.key < $1.key }.map { id, tag in
            "tag \(id) \(tag.name) with count \(tag.count) on \(tag.carriers.count)"
        }
        return "an account with \(followers.count) followers, tokens \(tokens.sorted()), "
            + carried.joined(separator: ", ")
    }

    /// Throws ``BenchFailure`` if `worlds` does not contain this world.
    func judge(among worlds: Set<BenchWorld>) throws(BenchFailure) {
        guard !worlds.contains(self) else { return }
        let expected = worlds.map(\.description).joined(separator: "; or ")
        throw BenchFailure(description: "the store has \(self) after it was opened again, and not \(expected)")
    }
}

/// Tells what the bench found wrong.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String
}

/// Runs the steps in a watched directory. The store's answers tell the bench which worlds can be on disk.
struct BenchRun {
    /// The range of a step's operations among the recorded operations of the directory, and the world after the step.
    struct Moment {
        let start: Int
        let end: Int
        let world: BenchWorld
    }

    let directory: WatchedDirectory
    let seed: UInt64
    /// The worlds that can be on disk. More than one world is possible only after a call of unknown outcome.
    private(set) var worlds: Set<BenchWorld> = [BenchWorld()]
    /// The acknowledged steps, in order.
    private(set) var moments: [Moment] = []

    init(in directory: WatchedDirectory, seed: UInt64) {
        self.directory = directory
        self.seed = seed
    }

    static func options(seed: UInt64) -> EmbeddedTagStore.Options {
        var options = EmbeddedTagStore.Options(directorySeed: seed)
        options.checkpointThreshold = 2000
        return options
    }

    /// Performs the steps of `script`, and stops early if the store cannot be opened.
    mutating func play(_ script: [BenchStep]) async throws {
        for part in script.split(separator: BenchStep.reopen) {
            guard try await playOpen(part) else { return }
        }
    }

    /// Opens the store, performs the steps and closes the store. Returns false if the store cannot be opened.
    private mutating func playOpen(_ steps: ArraySlice<BenchStep>) async throws -> Bool {
        let options = Self.options(seed: seed)
        guard let store = try? EmbeddedTagStore(directory: directory.path, options: options, logger: .quiet) else {
            return false
        }
        try judge(store)
        for step in steps { await perform(step, on: store) }
        try? await store.close()
        return true
    }

    private mutating func perform(_ step: BenchStep, on store: EmbeddedTagStore) async {
        let wasSure = store.isSure
        let start = directory.recordedOperations
        let refused = await refusal { () throws(Refusal) in try await step.perform(on: store) }
        let after = Set(worlds.map { $0.applying(step) })
        if refused == nil {
            worlds = after
            if let world = after.first {
                moments.append(Moment(start: start, end: directory.recordedOperations, world: world))
            }
        } else if wasSure, !store.isSure {
            worlds.formUnion(after)
        }
        await store.settle()
    }

    /// Opens the store once more, and throws if its world is not in ``worlds``.
    mutating func judgeDirectory() async throws {
        let store: EmbeddedTagStore
        do {
            store = try EmbeddedTagStore(
                directory: directory.path, options: Self.options(seed: seed), logger: .quiet)
        } catch {
            throw BenchFailure(description: "the store cannot be opened any more: \(error)")
        }
        try judge(store)
        try await store.close()
    }

    /// Throws if the world of `store` is not in ``worlds``.
    private mutating func judge(_ store: EmbeddedTagStore) throws {
        let world = try BenchWorld(of: store)
        try world.judge(among: worlds)
        worlds = [world]
    }
}

extension EmbeddedTagStore {
    /// Whether the store knows what is on disk.
    fileprivate var isSure: Bool {
        shared.state.withLock { $0.cannotWriteAgain == nil }
    }

    /// Returns when the writer has nothing left to do, so that the next call finds the same state in every run.
    fileprivate func settle() async {
        // The first barrier wakes the writer. The writer does all due work before it sleeps.
        await withCheckedContinuation { writer.submit(.barrier($0)) }
        while shared.state.withLock({ $0.hasWorkLeft }) { await Task.yield() }
        await withCheckedContinuation { writer.submit(.barrier($0)) }
    }
}

extension StoreState {
    /// Whether the writer has work for which no call waits.
    fileprivate var hasWorkLeft: Bool {
        !sweeps.isEmpty || (condition == .writable && checkpoint.hasWork(isSweeping: false))
    }
}
