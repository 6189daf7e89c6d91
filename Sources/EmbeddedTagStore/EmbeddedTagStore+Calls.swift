import OfficialAccount
import TagStore

// Call counters and refused calls.
extension EmbeddedTagStore {
    public func add(_ additions: [CounterAddition]) async throws(Refusal) -> [CallCounter] {
        try await change { world in
            CounterChange(
                answer: additions.map {
                    $0.added(to: world.counters[$0.appID]?[$0.name])
                })
        }
    }

    public func counters() -> [CallCounter] {
        read { $0.counters.values.flatMap(\.values) }
    }

    public func counters(of appID: AppID) -> [CallCounter] {
        read { Array($0.counters[appID, default: [:]].values) }
    }

    public func note(_ calls: [RefusedCall]) throws(Refusal) {
        do {
            try refusedCalls.note(calls)
        } catch {
            throw .cannotWrite("refused calls cannot be noted: \(error)")
        }
    }

    public func refusedCall(rid: String) throws(Refusal) -> RefusedCall? {
        do {
            return try refusedCalls.call(rid: rid)
        } catch {
            throw Refusal(.systemError, "refused calls cannot be read: \(error)")
        }
    }
}
