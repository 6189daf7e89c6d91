/// Decides whether a failed call is repeated, and after which pause.
struct Repetition: Sendable {
    /// The time during which a call may be repeated while the database does not answer.
    var patience: Duration = .seconds(20)
    /// The time during which a call may be repeated while a machine behind the server does not answer. It is short,
    /// because accounts of other machines must not wait.
    var machinePatience: Duration = .seconds(1)
    /// The pause before the store repeats a call that found no server. A server needs some time to start again.
    var pause: Duration = .milliseconds(200)

    /// Returns the pause before the next attempt; nil if there is no next attempt.
    ///
    /// - Parameters:
    ///   - elapsed: the time since the first attempt began.
    ///   - isChange: whether the call changes something. A read that found no connection has already waited for a
    ///     connection.
    func pause(after error: DatabaseError, elapsed: Duration, isChange: Bool) -> Duration? {
        if error.isWorthRepeating { return elapsed < patience ? .zero : nil }
        if error.tellsOfAnotherMachine { return elapsed < machinePatience ? pause : nil }
        guard error.endsConnection, isChange || error.kind != .unreachable, elapsed < patience else { return nil }
        return pause
    }
}
