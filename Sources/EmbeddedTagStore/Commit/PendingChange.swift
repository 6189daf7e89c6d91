/// A change that waits in the ``CommitQueue``. The caller that submitted the change waits for an answer.
protocol PendingChange: Sendable {
    /// Lets `writer` check and write the change, and then answers the caller.
    func run(on writer: Writer)
}
