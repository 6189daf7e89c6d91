import Testing

@testable import PostgresTagStore

/// Tests how a node divides its connections and writers among machines.
@Suite struct MachineSharesTests {
    @Test(arguments: [(8, 2, 4, 1), (8, 4, 4, 3), (48, 16, 24, 15), (3, 1, 1, 1), (1, 1, 1, 1)])
    func `each of several machines gets half of the connections and all writers except one`(
        connections: Int, writers: Int, ofConnections: Int, ofWriters: Int
    ) {
        for machines in [2, 100] {
            let share = MachineShare(connections: connections, writers: writers, machines: machines)
            #expect(share.connections == ofConnections && share.writers == ofWriters)
        }
        let alone = MachineShare(connections: connections, writers: writers, machines: 1)
        #expect(alone.connections == nil && alone.writers == writers)
    }

    @Test func `work beyond a machine's share waits until other work for this machine ends`() {
        var shares = MachineShares<Int>()
        shares.limit = 2
        #expect((0..<4).map { shares.admit($0, for: "a") } == [0, 1, nil, nil])
        #expect(shares.count == 2)
        #expect((10..<12).map { shares.admit($0, for: "b") } == [10, 11], "another machine has its own share")
        #expect((20..<30).compactMap { shares.admit($0, for: nil) }.count == 10, "work without a machine is admitted")
        #expect(shares.end("a") == 2)
        #expect(shares.end("a") == 3)
        #expect(shares.count == 0)
        #expect(shares.end("a") == nil && shares.end("a") == nil && shares.end(nil) == nil)
        #expect((4..<7).map { shares.admit($0, for: "a") } == [4, 5, nil])
    }

    @Test func `without a limit no work waits, and lifting a limit returns all work that waits`() {
        var shares = MachineShares<Int>()
        #expect((0..<4).compactMap { shares.admit($0, for: "a") }.count == 4)
        shares.limit = 4
        #expect(shares.admit(4, for: "a") == nil && shares.admit(5, for: "a") == nil)
        #expect(shares.releaseAll() == [4, 5])
        #expect(shares.count == 0)
        #expect(shares.admit(6, for: "a") == 6)
    }
}
