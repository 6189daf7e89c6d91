import OfficialAccount
import OfficialAccountClient
import Synchronization

/// The tags that a command creates for a run. If the run cannot begin, this type deletes these tags.
///
/// This type knows at every moment which of the tags may exist. So if a signal ends the command, the command can name
/// the tags that stay.
package final class NewTags: Sendable {
    /// A remark for the person about a tag that the command creates or deletes.
    package enum Remark: Equatable, Sendable, CustomStringConvertible {
        case made(String, TagID)
        /// The platform refused to create the tag, for example because the name is too long.
        case refused(String)
        /// The account's list has the tag, although the call that created the tag had no valid answer.
        case found(String, TagID)
        /// The account's list does not have the tag, and the call that should create the tag had no valid answer.
        case unseen(String)
        /// The account's list cannot be read, and the call that should create the tag had no valid answer.
        case uncertain(String, CallFailure)
        case tookBack(String, TagID)
        case leftBehind(String, TagID, CallFailure)
        /// No answer says whether the platform deleted the tag, and the account's list cannot be read.
        case perhapsLeftBehind(String, TagID, CallFailure)

        package var description: String {
            switch self {
            case .made(let name, let id): "created the tag \(name.shown), \(id)"
            case .refused(let name):
                "the platform did not create the tag \(name.shown), whose name has \(name.utf8.count.counted("byte")) of UTF-8"
            case .found(let name, let id):
                "the tag \(name.shown), \(id), was created, although no valid answer confirmed it"
            case .unseen(let name):
                "no valid answer says whether the tag \(name.shown) was created; the account's list does not have it now, look again with: tagline tags list"
            case .uncertain(let name, let failure):
                "the tag \(name.shown) may have been created: no valid answer confirms it, and the account's list of tags cannot be read (\(failure)); look for it with: tagline tags list"
            case .tookBack(let name, let id): "deleted the new tag \(name.shown), \(id)"
            case .leftBehind(let name, let id, let failure):
                "the tag \(name.shown), \(id), was created and could not be deleted: \(failure)"
            case .perhapsLeftBehind(let name, let id, let failure):
                "the tag \(name.shown), \(id), was created, and no valid answer says whether it was deleted afterwards: \(failure)"
            }
        }
    }

    /// A person has ended the command before its run began.
    package struct Ended: Error, Equatable, CustomStringConvertible {
        package let description = "the command was ended before the run began; no follower was changed"

        package init() {}
    }

    private struct Made {
        let name: String
        let placeholder: Int
        let id: TagID
    }

    /// The stage of the command, which decides whether the created tags stay.
    private enum Course {
        case open
        /// A person wants the command to end.
        case ended
        /// The run has begun, so the tags stay.
        case begun
    }

    private struct State {
        var course = Course.open
        /// The tags that exist, in the order in which they were created.
        var made: [Made] = []
        /// The name of a tag that a call may have created; nil if every call so far had a clear answer.
        var unanswered: String?
    }

    private let account: RunAccount
    private let known: Set<TagID>
    private let remark: @Sendable (Remark) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - tags: the tags that the account has already.
    ///   - remark: is called with each remark for the person.
    package init(
        at account: RunAccount, besides tags: AccountTags, remark: @escaping @Sendable (Remark) -> Void
    ) {
        self.account = account
        known = Set(tags.tags.map(\.id))
        self.remark = remark
    }

    /// The ids of the created tags that exist, by their placeholders in the run file.
    package var ids: [Int: TagID] {
        state.withLock { state in
            Dictionary(state.made.map { ($0.placeholder, $0.id) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The created tags that would stay if the process ended now, for people: `h000 (135)`, or `perhaps h001`.
    package var left: [String] {
        state.withLock { state in
            state.made.map { "\($0.name.shown) (\($0.id))" } + (state.unanswered.map { ["perhaps \($0.shown)"] } ?? [])
        }
    }

    // MARK: Ending at a person's request

    /// Asks the command to end before its run begins. Any thread may call this function. After this call, ``check()``
    /// and ``settle()`` throw ``Ended``.
    ///
    /// - Returns: true if the command will end; false if the run has already begun, so that its tags stay.
    package func end() -> Bool {
        state.withLock { state in
            guard state.course != .begun else { return false }
            state.course = .ended
            return true
        }
    }

    /// Throws ``Ended`` if a person has asked the command to end.
    package func check() throws(Ended) {
        if state.withLock({ $0.course == .ended }) { throw Ended() }
    }

    /// Marks that the run has begun, so that its tags stay. Throws ``Ended`` if a person has already asked the command
    /// to end.
    package func settle() throws(Ended) {
        let isEnded = state.withLock { state in
            if state.course == .open { state.course = .begun }
            return state.course == .ended
        }
        if isEnded { throw Ended() }
    }

    // MARK: Creating and deleting

    /// Creates the tags, with one call for each tag.
    ///
    /// Throws ``CallFailure`` if a call fails, and ``Ended`` if a person has asked the command to end. After either
    /// error, the tags that were created before the error stay until ``takeBack()``.
    package func make(_ missing: [(name: String, placeholder: Int)]) async throws {
        for new in missing {
            try check()
            state.withLock { $0.unanswered = new.name }
            do throws(CallFailure) {
                let id = try await account.client.tags.create(named: new.name)
                add(Made(name: new.name, placeholder: new.placeholder, id: id), .made(new.name, id))
            } catch {
                if !error.mayHaveBeenApplied {
                    state.withLock { $0.unanswered = nil }
                    if case .refused = error { remark(.refused(new.name)) }
                }
                throw error
            }
        }
    }

    private func add(_ tag: Made, _ remark: Remark) {
        state.withLock { state in
            state.made.append(tag)
            state.unanswered = nil
        }
        self.remark(remark)
    }

    /// Deletes the created tags, which no follower carries yet. Also deletes a tag whose creation had no valid answer,
    /// if the account's list has this tag.
    package func takeBack() async {
        await findUnanswered()
        while let tag = state.withLock({ $0.made.first }) {
            do throws(CallFailure) {
                try await account.client.tags.delete(tag.id)
                forget(tag, .tookBack(tag.name, tag.id))
            } catch {
                // The platform may have deleted the tag although the call failed. The account's list shows whether the
                // tag is gone.
                switch await account.verdict(on: [tag.id]) {
                case .gone: forget(tag, .tookBack(tag.name, tag.id))
                case .listed: forget(tag, .leftBehind(tag.name, tag.id, error))
                case .unread:
                    let isUncertain = error.mayHaveBeenApplied
                    forget(
                        tag,
                        isUncertain
                            ? .perhapsLeftBehind(tag.name, tag.id, error) : .leftBehind(tag.name, tag.id, error))
                    // No call reaches the platform, so calls for the other tags would only waste time.
                    return leaveTheRest(error)
                }
            }
        }
    }

    private func leaveTheRest(_ failure: CallFailure) {
        while let tag = state.withLock({ $0.made.first }) {
            forget(tag, .leftBehind(tag.name, tag.id, failure))
        }
    }

    private func forget(_ tag: Made, _ remark: Remark) {
        state.withLock { state in state.made.removeAll { $0.id == tag.id } }
        self.remark(remark)
    }

    /// Looks in the account's list for the tag whose creation had no valid answer. Costs one call if there is such a
    /// tag.
    private func findUnanswered() async {
        guard let name = state.withLock({ $0.unanswered }) else { return }
        do throws(CallFailure) {
            let list = try await account.client.tags.list()
            if let tag = list.first(where: { $0.name.hasSameBytes(as: name) && !known.contains($0.id) }) {
                // The run does not begin, so the tag needs no placeholder.
                add(Made(name: name, placeholder: 0, id: tag.id), .found(name, tag.id))
            } else {
                remark(.unseen(name))
            }
        } catch {
            remark(.uncertain(name, error))
        }
        state.withLock { $0.unanswered = nil }
    }
}
