import Dispatch
import Foundation
import GRDB
import OfficialAccount
import Synchronization
import TagStore

/// Builds the ``World`` from the database file. Reads first the tables, then the chunks, then the journal records after
/// the last checkpoint.
struct Recovery {
    private(set) var world: World
    /// The sequence of the last journal record.
    private(set) var lastSequence: Int64 = 0
    /// The number of bytes in the journal records that this recovery replayed.
    private(set) var journalBytes = 0
    /// The sequence of the last journal record that the saved chunks contain.
    private(set) var cut: Int64 = 0
    /// A description of the known loss; nil if nothing is lost.
    private(set) var loss: String?
    /// The total of the rows that this recovery read, for each table.
    private(set) var totals = TableTotals()
    /// The milestone that the store has reached.
    var reached: Milestone { Milestone(sequence: lastSequence, generation: totals.generation) }

    /// - Parameters:
    ///   - log: the write-ahead log in its state before SQLite opened the database file.
    ///   - acceptsLoss: whether to continue even if changes are lost.
    init(
        _ disk: Disk, _ log: LogAtStart, acceptsLoss: Bool, limits: Limits, seed: UInt64
    ) throws(StoreOpenError) {
        world = World(limits: limits, seed: seed)
        do {
            try disk.database.read { db in
                try loadTables(db)
                try loadChunks(db)
                try replayJournal(db)
                let written = try TableTotals(db)
                try written.judge(totals)
                totals.generation = written.generation
            }
            let shortfall = log.mark.flatMap { reached.shortfall(from: $0.milestone) }
            if let shortfall, !acceptsLoss { throw StoreOpenError.logDamaged(file: disk.path, why: shortfall) }
            let losses = [log.damage, shortfall].compactMap(\.self)
            if !losses.isEmpty { loss = losses.joined(separator: "; ") }
        } catch {
            throw Disk.openError(error, path: disk.path)
        }
    }

    private mutating func loadTables(_ db: Database) throws {
        var loaded = world
        try load(AccountRow.self, db) { row in
            guard Int(row.number) == loaded.accounts.count else { throw DamagedFile("an account is missing") }
            if row.account.appID == AccountImage.goneAppID(row.number) { return loaded.insertGone() }
            loaded.insert(row.account).tags.reserve(before: row.nextTagID)
        }
        try load(TagRow.self, db) { row in
            let account = try Self.account(row.account, of: loaded)
            guard row.entry.slot < TagWord.slots, account.tags.id(of: row.entry.slot) == nil else {
                throw DamagedFile("two tags share a slot")
            }
            account.tags.insert(row.entry)
        }
        try load(RemarkRow.self, db) { row in
            try Self.account(row.account, of: loaded).remarks[row.ordinal] = row.remark
        }
        try load(ComponentRow.self, db) { row in
            guard row.number == loaded.components.components.count else { throw DamagedFile("a platform is missing") }
            loaded.components.put(row.component)
        }
        try load(GrantRow.self, db) { row in
            guard row.number == loaded.components.grants.count, loaded.components[row.grant.component] != nil,
                loaded[row.grant.account] != nil
            else { throw DamagedFile("an authorization, its platform or its account is missing") }
            loaded.components.put(row.grant)
        }
        try load(CounterRow.self, db) { loaded.apply([$0.counter]) }
        try load(TokenRow.self, db) { loaded.restore($0.record) }
        loaded.sortTokens()
        world = loaded
    }

    /// Calls `take` with every row of a table, and stores the total of the table in `totals`.
    private mutating func load<Row: SealedRow>(
        _ type: Row.Type, _ db: Database, _ take: (Row) throws -> Void
    ) throws {
        totals[Row.databaseTableName] = try Row.load(db, take)
    }

    /// The number of chunks that recovery reads before it unpacks them together. These chunks take 12 MB of memory.
    private static let chunksAtOnce = 64

    private mutating func loadChunks(_ db: Database) throws {
        let identities = try Row.fetchCursor(db, sql: ChunkRow<Identities>.selection)
        let words = try Row.fetchCursor(db, sql: ChunkRow<TagWords>.selection)
        var saved: [SavedChunk] = []
        while let row = try identities.next() {
            guard let wordRow = try words.next() else { throw DamagedFile("a chunk of tags is missing") }
            let chunk = try SavedChunk(row, wordRow)
            try totals[Identities.tableName].add(chunk.seals.identities)
            try totals[TagWords.tableName].add(chunk.seals.words)
            saved.append(chunk)
            if saved.count == Self.chunksAtOnce {
                try unpack(saved)
                saved = []
            }
        }
        try unpack(saved)
        guard try words.next() == nil else { throw DamagedFile("a chunk of followers is missing") }
        for account in world.accounts { account.followers.finishLoading() }
    }

    /// Checks and unpacks chunks on all processors, and adds each chunk to its account.
    private func unpack(_ saved: [SavedChunk]) throws {
        let unpacked = Mutex<[Result<LoadedChunk, any Error>?]>(Array(repeating: nil, count: saved.count))
        DispatchQueue.concurrentPerform(iterations: saved.count) { index in
            let result = Result { try saved[index].unpacked() }
            unpacked.withLock { $0[index] = result }
        }
        for (chunk, result) in zip(saved, unpacked.withLock { $0 }) {
            let account = try Self.account(chunk.identities.account, of: world)
            let (first, isTooLarge) = chunk.identities.chunk.multipliedReportingOverflow(by: FollowerChunk.capacity)
            guard !isTooLarge, account.followers.count == first else {
                throw DamagedFile("a chunk of followers is missing or cut short")
            }
            guard let result else { throw DamagedFile("a chunk of followers was not read") }
            let loaded = try result.get()
            guard account.followers.count + loaded.count <= FollowerTable.capacity else {
                throw DamagedFile("an account has more followers than is possible")
            }
            account.followers.load(FollowerChunk(loaded))
        }
    }

    private mutating func replayJournal(_ db: Database) throws {
        var cut: Int64?
        try load(CheckpointRow.self, db) { cut = $0.cut }
        guard let cut else { throw DamagedFile("the checkpoint is missing") }
        var last = cut
        var bytes = 0
        try JournalRow.load(db) { row in
            guard row.sequence > cut else { return }
            guard row.sequence == last.saturatingSum(with: 1) else {
                throw DamagedFile("a record of the journal is missing")
            }
            try row.record.withUnsafeBytes { try replay(JournalRecordReader($0)) }
            last = row.sequence
            bytes += row.record.count
        }
        self.cut = cut
        lastSequence = last
        journalBytes = bytes
    }

    private func replay(_ reader: JournalRecordReader) throws(DamagedFile) {
        var reader = reader
        while let change = try reader.next() {
            switch change {
            case .claimed(let change):
                let account = try Self.account(change.account, of: world)
                if account.isGone { continue }
                guard
                    change.effect.key ?? 0 < TagWord.slots,
                    change.ordinals.allSatisfy({ Int($0) < account.followers.count })
                else { throw DamagedFile("the journal names a follower or a tag that is not there") }
                world.apply(change)
            case .followers(let change):
                try world.apply(change)
            case .tagDeleted(let number, let slot):
                guard slot < TagWord.slots else { throw DamagedFile("the journal names a tag that is not there") }
                let account = try Self.account(number, of: world)
                if !account.isGone { account.followers.removeFromAll(slot) }
            }
        }
    }

    private static func account(_ number: AccountNumber, of world: World) throws(DamagedFile) -> AccountImage {
        guard Int(number) < world.accounts.count else { throw DamagedFile("account \(number) is missing") }
        return world.accounts[Int(number)]
    }
}

/// The two saved halves of a chunk of followers, before the store checks them.
private struct SavedChunk: Sendable {
    let identities: ChunkRow<Identities>
    private let words: ChunkRow<TagWords>
    let seals: (identities: Data, words: Data)

    init(_ identities: Row, _ words: Row) throws(DamagedFile) {
        self.identities = try ChunkRow(sealed: identities)
        self.words = try ChunkRow(sealed: words)
        seals = (try identities.sealed("seal"), try words.sealed("seal"))
    }

    func unpacked() throws -> LoadedChunk {
        guard seals.identities == identities.seal else {
            throw DamagedFile("a row of the table follower_chunk is not what was written")
        }
        guard seals.words == words.seal, words.account == identities.account, words.chunk == identities.chunk else {
            throw DamagedFile("a chunk of tags is not what was written")
        }
        return try identities.bytes.withUnsafeBytes { identities in
            try words.bytes.withUnsafeBytes { words in
                try ChunkBytes.followers(identities: identities, words: words)
            }
        }
    }
}
