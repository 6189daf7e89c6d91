import OfficialAccount
import Synchronization
import TagStore

/// The accounts of an import, with everything that belongs to them, before the store writes them to the database.
final class ArrivingState: StateSink, Sendable {
    /// One account, ready to be written to the database.
    struct Arrival: Sendable {
        let state: AccountState
        /// The line of the account in the imported file; nil if the account does not come from a file.
        let line: Int?
        /// The number of present followers that carry each tag, by the key of the tag. The starred tag has key 0, and
        /// the other tags have the keys 1, 2 and so on.
        fileprivate(set) var counts: [Int: Int] = [:]
        fileprivate(set) var followers = 0
        fileprivate(set) var following = 0
        fileprivate(set) var blacklisted = 0
        /// The tokens, each with the line of its record; nil for a record that does not come from a file.
        fileprivate(set) var tokens: [(record: TokenRecord, line: Int?)] = []
        fileprivate(set) var counters: [CallCounter] = []
        /// For each table, the temporary file with the new rows of the table.
        fileprivate(set) var files: [(table: String, file: SpoolFile)]
        fileprivate var keys: [TagID: Int]
        /// The names of the call counters that have arrived so far.
        fileprivate var counted: Set<String> = []
        /// The lines of the followers in the imported file; empty if there is no such file. Each entry describes
        /// followers on consecutive lines, by the ordinal and the line of the first follower.
        fileprivate var lines: [(ordinal: Int, line: Int)] = []
        /// The chunk of carriers that is being filled for each tag, by the key of the tag.
        fileprivate var chunks: [Int: CarrierChunk] = [:]
    }

    static let starredCount = Statement(
        "starred count", "UPDATE tag SET count = $2 WHERE account = $1 AND key = 0")

    /// The table of followers, with its columns in the order of the temporary file.
    private static let followerColumns = "follower (account, since, ordinal, following, blacklisted, openid, tags)"

    private struct Contents {
        var arrivals: [Arrival] = []
        var tokens: Set<Fingerprint> = []
    }

    private let contents = Mutex(Contents())

    func take(_ record: StateRecord, line: Int?) throws(Refusal) {
        try contents.withLock { (contents) throws(Refusal) in
            switch record {
            case .account(let state):
                let appID = state.account.appID
                guard !contents.arrivals.contains(where: { $0.state.account.appID == appID }) else {
                    throw Refusal.appIDTaken(appID).inLine(line)
                }
                try Self.spooling { () throws in
                    if !contents.arrivals.isEmpty { try contents.arrivals[contents.arrivals.count - 1].finish() }
                }
                contents.arrivals.append(try Self.arrival(state, line))
            case .followers(let followers):
                let last = try Self.current(contents, line)
                if let line { contents.arrivals[last].lines.append((contents.arrivals[last].followers, line)) }
                for (offset, follower) in followers.enumerated() {
                    try contents.arrivals[last].take(follower, line.map { $0 + offset })
                }
            case .token(let token):
                let last = try Self.current(contents, line)
                guard token.appID == contents.arrivals[last].state.account.appID,
                    contents.tokens.insert(token.fingerprint).inserted
                else { throw Refusal.tokenTwice(line: line) }
                contents.arrivals[last].tokens.append((token, line))
            case .counter(let counter):
                let last = try Self.current(contents, line)
                guard counter.appID == contents.arrivals[last].state.account.appID else {
                    throw Refusal.countOfAnother(line: line)
                }
                guard contents.arrivals[last].counted.insert(counter.name).inserted else {
                    throw Refusal.countTwice(counter.name, line: line)
                }
                contents.arrivals[last].counters.append(counter)
            }
        }
    }

    /// Returns all arrivals. The caller must not pass further records to this sink.
    func finish() throws(Refusal) -> [Arrival] {
        try contents.withLock { (contents) throws(Refusal) in
            try Self.spooling {
                if !contents.arrivals.isEmpty { try contents.arrivals[contents.arrivals.count - 1].finish() }
            }
            return contents.arrivals
        }
    }

    private static func current(_ contents: borrowing Contents, _ line: Int?) throws(Refusal) -> Int {
        guard !contents.arrivals.isEmpty else { throw .noAccountBefore(line: line) }
        return contents.arrivals.count - 1
    }

    private static func arrival(_ state: AccountState, _ line: Int?) throws(Refusal) -> Arrival {
        let appID = state.account.appID
        var keys: [TagID: Int] = [.starred: 0]
        for (index, tag) in state.tags.enumerated() {
            guard tag.id >= .firstCreated, tag.id < state.nextTagID, keys.updateValue(index + 1, forKey: tag.id) == nil
            else { throw .tagTwice(tag.id, of: appID, line: line) }
        }
        guard state.nextTagID >= .firstCreated else { throw .reservedNextTag(of: appID, line: line) }
        return try spooling {
            Arrival(
                state: state, line: line,
                files: [
                    (Self.followerColumns, try SpoolFile()), ("remark", try SpoolFile()), ("carriers", try SpoolFile()),
                ],
                keys: keys)
        }
    }

    fileprivate static func spooling<Value>(_ body: () throws -> Value) throws(Refusal) -> Value {
        do {
            return try body()
        } catch {
            throw .cannotWrite("the import cannot be kept in a temporary file: \(error)")
        }
    }
}

extension ArrivingState.Arrival {
    private var number: AccountKey { AccountKey(state.account.appID) }

    fileprivate mutating func take(_ follower: FollowerState, _ line: Int?) throws(Refusal) {
        var keys: [Int] = []
        for id in follower.tagIDs {
            guard let key = self.keys[id] else {
                throw .followerCarriesUnknown(id, follower.openID, line: line)
            }
            if !keys.contains(key) { keys.append(key) }
        }
        guard followers < Int(Int32.max) else {
            throw .tooManyFollowers(limit: Int(Int32.max)).inLine(line)
        }
        let ordinal = followers
        if ordinal.isMultiple(of: CarrierChunk.followers) { try endChunk() }
        followers += 1
        following += follower.isFollowing ? 1 : 0
        blacklisted += follower.isBlacklisted ? 1 : 0
        if follower.isFollowing {
            for key in keys {
                counts[key, default: 0] += 1
                chunks[key, default: CarrierChunk()].flip(ordinal)
            }
        }
        let since = follower.since.seconds
        let row =
            "\(number.value)\t\(since)\t\(ordinal)\t\(follower.isFollowing ? "t" : "f")\t\(follower.isBlacklisted ? "t" : "f")\t"
            + "\(follower.openID)\t{\(keys.map(String.init).joined(separator: ","))}\n"
        let remark = follower.remark
        try ArrivingState.spooling {
            try files[0].file.append(row.utf8)
            if !remark.isEmpty {
                try files[1].file.append("\(number.value)\t\(ordinal)\t\\\\x\(Hexadecimal.text(remark.utf8))\n".utf8)
            }
        }
    }

    /// Returns the line of the follower with this ordinal; nil if the followers come from no file.
    func line(of ordinal: Int) -> Int? {
        lines.last { $0.ordinal <= ordinal }.map { $0.line + ordinal - $0.ordinal }
    }

    /// Writes the chunk of each tag to the temporary file. Call this only when all followers of these chunks have
    /// arrived.
    private mutating func endChunk() throws(Refusal) {
        let chunk = CarrierChunk.number(of: followers - 1)
        let ended = chunks.sorted { $0.key < $1.key }
        chunks = [:]
        try ArrivingState.spooling {
            for (key, carriers) in ended {
                try files[2].file.append(
                    "\(number.value)\t\(key)\t\(chunk)\t\\\\x\(Hexadecimal.text(carriers.bits))\n".utf8)
            }
        }
    }

    fileprivate mutating func finish() throws {
        try endChunk()
        for index in files.indices { try files[index].file.flush() }
    }
}
