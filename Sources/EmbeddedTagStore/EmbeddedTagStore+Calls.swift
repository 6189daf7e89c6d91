import OfficialAccount
import TagStore

// What is remembered of calls: how often they were made, and why they were refused.
extension EmbeddedTagStore {
    public func saveCounters(_ counters: [CallCounter]) async throws(Refusal) {
        try await change { _ in counters.isEmpty ? nil : .counters(counters) }
    }

    public func counters() -> [CallCounter] {
        read { Array($0.counters.values) }
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
