import TagStore

/// A change of a certain kind, as a caller submitted it.
struct SubmittedChange<Change: StoreChange>: PendingChange {
    /// Judges the change against the world when the writer reaches it.
    let decide: @Sendable (World) throws(Refusal) -> Change
    let answer: CheckedContinuation<Result<Change.Answer, Refusal>, Never>

    func run(on writer: Writer) {
        answer.resume(returning: Result { () throws(Refusal) in try writer.write(decide) })
    }
}
