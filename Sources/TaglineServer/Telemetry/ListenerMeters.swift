/// The counts that listeners keep: open connections, bytes that the connections hold, and wrong tokens.
public struct ListenerMeters: Sendable {
    /// The connections of each listener, in the order in which the metrics show the listeners.
    public let tables: [(purpose: Listener.Purpose, table: ConnectionTable)]
    public let heldBytes: HeldBytes
    let wrongTokens = WrongTokens()

    public init(
        tables: [(purpose: Listener.Purpose, table: ConnectionTable)] = [], heldBytes: HeldBytes = HeldBytes()
    ) {
        self.tables = tables
        self.heldBytes = heldBytes
    }

    /// Returns the table of connections of a listener.
    public subscript(purpose: Listener.Purpose) -> ConnectionTable? {
        tables.first { $0.purpose == purpose }?.table
    }
}
