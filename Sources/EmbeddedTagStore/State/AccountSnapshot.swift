import OfficialAccount
import TagStore

/// An account as it was at one moment, while the account itself goes on.
///
/// Making one costs four references a chunk and copies nothing: whoever changes a chunk later copies the one array it changes.
struct AccountSnapshot: Sendable {
    struct Chunk: Sendable {
        let openIDs: ContiguousArray<OpenID>
        let words: ContiguousArray<TagWord>
        let since: ContiguousArray<UInt32>
        let flags: ContiguousArray<FollowerFlags>
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
        chunks = image.followers.chunks.map {
            Chunk(openIDs: $0.openIDs, words: $0.words, since: $0.since, flags: $0.flags)
        }
        // In an order that does not depend on how they are kept.
        tokens = image.tokens.values.joined().sorted {
            $0.issuedAt != $1.issuedAt
                ? $0.issuedAt < $1.issuedAt : $0.fingerprint.bytes.lexicographicallyPrecedes($1.fingerprint.bytes)
        }
        self.counters = counters.sorted { $0.name < $1.name }
    }

    /// How many records it has.
    var count: Int { 1 + chunks.count + tokens.count + counters.count }

    /// The record in this place, from 0.
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
        return chunk.openIDs.indices.map { index in
            FollowerState(
                openID: chunk.openIDs[index], since: UnixTime(seconds: Int64(chunk.since[index])),
                isFollowing: chunk.flags[index].contains(.following),
                isBlacklisted: chunk.flags[index].contains(.blacklisted),
                tagIDs: chunk.words[index] == 0 ? [] : tags.carried(in: chunk.words[index]),
                remark: remarks.isEmpty ? "" : remarks[first + Ordinal(index)] ?? "")
        }
    }
}
