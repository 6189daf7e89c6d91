/// A change that waits for the writer, with the caller that waits for its answer.
protocol PendingChange: Sendable {
    /// Lets the writer judge and write the change, and answers the caller.
    func run(on writer: Writer)
}
