import TagStore

/// A change of the type `Change` that a caller has submitted and the store has not yet checked.
struct SubmittedChange<Change: StoreChange>: PendingChange {
    /// Returns the change to write, or throws if the world does not allow the change. The writer calls this function
    /// when the change is next in the queue.
    let decide: @Sendable (World) throws(Refusal) -> Change
    let answer: CheckedContinuation<Result<Change.Answer, Refusal>, Never>

    func run(on writer: Writer) {
        answer.resume(returning: Result { () throws(Refusal) in try writer.write(decide) })
    }
}
