import OfficialAccount
import TagStore

/// The state of an account at one moment. Later changes to the account do not change the snapshot.
///
/// A new snapshot takes one reference to the memory of each chunk, and copies no follower. Before a later change to a
/// chunk, the account copies the memory of the chunk.
struct AccountSnapshot: Sendable {
    struct Chunk: Sendable {
        let memory: ChunkMemory
        let count: Int
    }

    private let account: Account
    private let tags: TagTable
    private let remarks: [Ordinal: String]
    private let chunks: [Chunk]
    private let tokens: [TokenRecord]
    private let counters: [CallCounter]

    init(_ image: AccountImage, counters: [CallCounter]) {
        account = image.account
        tags = image.tags
        remarks = image.remarks
        chunks = image.followers.share().map { Chunk(memory: $0.memory, count: $0.count) }
        // The tokens are sorted, so that their order does not depend on how the store keeps the tokens.
        tokens = image.tokens.values.joined().sorted {
            $0.issuedAt != $1.issuedAt
                ? $0.issuedAt < $1.issuedAt : $0.fingerprint.bytes.lexicographicallyPrecedes($1.fingerprint.bytes)
        }
        self.counters = counters.sorted { $0.name < $1.name }
    }

    /// The number of records in the snapshot.
    var count: Int { 1 + chunks.count + tokens.count + counters.count }

    /// Returns the record at `place`, from 0.
    func record(_ place: Int) -> StateRecord {
        if place == 0 { return .account(accountState) }
        if place <= chunks.count { return .followers(followers(of: place - 1)) }
        let rest = place - 1 - chunks.count
        return rest < tokens.count ? .token(tokens[rest]) : .counter(counters[rest - tokens.count])
    }

    private var accountState: AccountState {
        AccountState(
            account: account, nextTagID: tags.nextID,
            tags: tags.entries.filter { $0.id != .starred }.map { AccountState.Tag(id: $0.id, name: $0.name) })
    }

    private func followers(of index: Int) -> [FollowerState] {
        let chunk = chunks[index]
        let first = Ordinal(index * FollowerChunk.capacity)
        return (0..<chunk.count).map { index in
            let follower = chunk.memory.view.followers[index]
            return FollowerState(
                openID: follower.openID, since: UnixTime(seconds: Int64(follower.since)),
                isFollowing: follower.flags.contains(.following),
                isBlacklisted: follower.flags.contains(.blacklisted),
                tagIDs: follower.word == 0 ? [] : tags.carried(in: follower.word),
                remark: remarks.isEmpty ? "" : remarks[first + Ordinal(index)] ?? "")
        }
    }
}
