/// The number of connections and writers of a node that calls for one machine may use.
struct MachineShare: Sendable, Equatable {
    /// At most half of the connections. Nil if all calls need the same machine.
    let connections: Int?
    /// All writers but one.
    let writers: Int

    /// - Parameters:
    ///   - connections: the number of connections of the node.
    ///   - writers: the number of writers of the node.
    ///   - machines: the number of machines that hold accounts.
    init(connections: Int, writers: Int, machines: Int) {
        guard machines > 1 else {
            (self.connections, self.writers) = (nil, writers)
            return
        }
        self.connections = max(1, connections / 2)
        self.writers = max(1, writers - 1)
    }
}
