import OfficialAccount
import Synchronization

/// The tags that the platform has listed or created.
///
/// An answer 45159 for such a tag is the platform's mistake.
final class KnownTags: Sendable {
    private let tags = Mutex<Set<TagID>>([])

    func contains(_ tag: TagID) -> Bool { tags.withLock { $0.contains(tag) } }

    func insert(_ tag: TagID) { tags.withLock { _ = $0.insert(tag) } }

    func remove(_ tag: TagID) { tags.withLock { _ = $0.remove(tag) } }

    /// Replaces the known tags with all tags of the account.
    func set(_ all: some Sequence<TagID>) { tags.withLock { $0 = Set(all) } }
}
