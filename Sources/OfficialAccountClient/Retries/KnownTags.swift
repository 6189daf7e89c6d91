import OfficialAccount
import Synchronization

/// The tags that the platform has listed or created.
///
/// If the platform answers 45159 (unknown tag) for one of these tags, the platform is wrong.
final class KnownTags: Sendable {
    private let tags = Mutex<Set<TagID>>([])

    func contains(_ tag: TagID) -> Bool { tags.withLock { $0.contains(tag) } }

    func insert(_ tag: TagID) { tags.withLock { _ = $0.insert(tag) } }

    func remove(_ tag: TagID) { tags.withLock { _ = $0.remove(tag) } }

    /// Replaces the known tags with `all`, the present tags of the account.
    func set(_ all: some Sequence<TagID>) { tags.withLock { $0 = Set(all) } }
}
