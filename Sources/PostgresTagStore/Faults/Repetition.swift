/// Decides whether the store repeats a failed call, and after which pause.
struct Repetition: Sendable {
    /// How long the store may repeat a call while the database does not answer.
    var patience: Duration = .seconds(20)
    /// How long the store may repeat a call while a machine behind the server does not answer.
    ///
    /// This time is short, because the accounts of other machines must not wait.
    var machinePatience: Duration = .seconds(1)
    /// The pause before the store repeats a call that got no answer from a server.
    ///
    /// A server needs some time to start again.
    var pause: Duration = .milliseconds(200)

    /// Returns the pause before the next attempt; nil if there is no next attempt.
    ///
    /// - Parameters:
    ///   - elapsed: the time since the first attempt began.
    ///   - isChange: whether the call changes something. The store does not repeat a read that got no connection,
    ///     because the read has already waited for a connection.
    func pause(after error: DatabaseError, elapsed: Duration, isChange: Bool) -> Duration? {
        if error.isWorthRepeating { return elapsed < patience ? .zero : nil }
        if error.tellsOfAnotherMachine { return elapsed < machinePatience ? pause : nil }
        guard error.endsConnection, isChange || error.kind != .unreachable, elapsed < patience else { return nil }
        return pause
    }
}
