import Synchronization
import TagStore

/// A cache of the holders of tokens, so that most calls do not ask the database.
///
/// An entry is valid for less than a second. For an unknown token, the node asks the database every time. So a token
/// that another node has just issued works immediately.
final class CredentialCache: Sendable {
    /// The holder of a token.
    ///
    /// The verdict on the token depends on the time, so ``verdict(on:at:)`` computes it for each call.
    enum Holder: Sendable {
        case account(TokenRecord, Account)
        case component(Component)
        case grant(Grant, Account, by: Component)

        func verdict(on token: Fingerprint, at now: UnixTime) -> TokenVerdict {
            switch self {
            case .account(let record, let account): record.verdict(at: now, of: account)
            case .component(let component): component.verdict(on: token, at: now)
            case .grant(let grant, let account, let component):
                grant.verdict(on: token, at: now, account: account, component: component)
            }
        }
    }

    enum Finding: Sendable {
        case known(Holder)
        /// The holder is known, but this caller should ask the database again. Other callers continue with the cached
        /// holder.
        case due(Holder)
        case unknown
    }

    private struct Entry {
        let holder: Holder
        let since: ContinuousClock.Instant
        var isDue = false
    }

    private struct Contents {
        var entries: [Fingerprint: Entry] = [:]
        /// The number of times that the cache was cleared. If this number changes while the node asks the database, the
        /// cache does not keep the answer.
        var epoch = 0
    }

    private static let capacity = 100_000
    private let life: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let contents = Mutex(Contents())

    init(life: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.life = life
        self.now = now
    }

    /// The number of times that the cache was cleared.
    ///
    /// Read this number before you ask the database, and pass it to ``keep(_:for:epoch:askedAt:)``.
    var epoch: Int { contents.withLock { $0.epoch } }

    func find(_ token: Fingerprint) -> Finding {
        let now = now()
        return contents.withLock { contents in
            guard let entry = contents.entries[token], now < entry.since + life else { return .unknown }
            guard !entry.isDue, now >= entry.since + life / 2 else { return .known(entry.holder) }
            contents.entries[token]?.isDue = true
            return .due(entry.holder)
        }
    }

    func keep(_ holder: Holder?, for token: Fingerprint, epoch: Int, askedAt since: ContinuousClock.Instant) {
        contents.withLock { contents in
            guard contents.epoch == epoch else { return }
            if contents.entries.count >= Self.capacity { contents.entries = [:] }
            contents.entries[token] = holder.map { Entry(holder: $0, since: since) }
        }
    }

    func forgetAll() {
        contents.withLock { contents in
            contents.entries = [:]
            contents.epoch += 1
        }
    }
}
