/// How many of a node's connections and writers the calls for one machine may use.
struct MachineShare: Sendable, Equatable {
    /// Half of the node's connections, and at least 1. Nil if all calls need the same machine.
    let connections: Int?
    /// All writers of the node except one, and at least 1. If all calls need the same machine, all writers.
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
