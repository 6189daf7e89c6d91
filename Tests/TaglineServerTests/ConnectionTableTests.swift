import NIOCore
import NIOEmbedded
import Testing

@testable import TaglineServer

@Suite struct ConnectionTableTests {
    private func seat(
        _ since: UInt64, _ table: ConnectionTable, from address: String = "127.0.0.1"
    ) throws -> (ConnectionSeat, EmbeddedChannel) {
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(ipAddress: address, port: 1)).wait()
        channel.remoteAddress = try SocketAddress(ipAddress: address, port: 1)
        let seat = ConnectionSeat(channel, address: channel.remoteAddress?.ipAddress, now: .uptimeNanoseconds(since))
        table.admit(seat)
        return (seat, channel)
    }

    @Test func `changed limits take effect when the next connection opens`() throws {
        let table = ConnectionTable(ConnectionTable.Limits(all: 3))
        let seats = try (1...3).map { try seat($0, table) }
        table.limits = ConnectionTable.Limits(all: 2, perAddress: 1)
        #expect(table.reading.open == 3 && seats.map(\.1.isActive) == [true, true, true])
        _ = try seat(9, table, from: "192.0.2.1")
        #expect(seats.map(\.1.isActive) == [false, true, true])
        #expect(table.limits.all == 2 && table.limits.perAddress == 1)
    }

    @Test func `a connection through a proxy counts under the address of the caller`() throws {
        let table = ConnectionTable(ConnectionTable.Limits(all: 10, perAddress: 1))
        let seats = try (1...3).map { (since: UInt64) in
            let channel = EmbeddedChannel()
            try channel.connect(to: SocketAddress(ipAddress: "10.0.0.1", port: 1)).wait()
            let seat = ConnectionSeat(channel, address: nil, now: .uptimeNanoseconds(since))
            table.admit(seat)
            return (seat, channel)
        }
        table.assign("192.0.2.1", to: seats[0].0)
        table.assign("192.0.2.2", to: seats[1].0)
        #expect(seats.map(\.1.isActive) == [true, true, true])
        table.assign("192.0.2.1", to: seats[2].0)
        #expect(seats.map(\.1.isActive) == [false, true, true])
        table.release(seats[2].0)
        #expect(table.reading.open == 1)
    }

    @Test func `a new connection displaces the connection that has been idle for longest`() throws {
        let table = ConnectionTable(ConnectionTable.Limits(all: 3))
        let seats = try (1...3).map { try seat($0, table) }
        seats[0].0.becomesIdle(at: .uptimeNanoseconds(100))
        seats[1].0.becomesBusy()
        _ = try seat(200, table)
        #expect(seats.map(\.1.isActive) == [true, true, false])
        _ = try seat(201, table)
        #expect(seats.map(\.1.isActive) == [false, true, false])
        #expect(table.reading.open == 3 && table.reading.displaced == 2 && table.reading.refused == 0)
    }

    @Test func `the table refuses a new connection if no other connection is idle`() throws {
        let table = ConnectionTable(ConnectionTable.Limits(all: 2))
        let seats = try (1...2).map { try seat($0, table) }
        for seat in seats { seat.0.becomesBusy() }
        let newcomer = try seat(3, table)
        #expect(seats.allSatisfy(\.1.isActive) && !newcomer.1.isActive)
        #expect(table.reading.refused == 1 && table.reading.open == 2)
        table.release(seats[0].0)
        #expect(try seat(4, table).1.isActive)
    }

    @Test func `a thousand new connections displace the connections that have been idle for longest`() throws {
        let table = ConnectionTable(ConnectionTable.Limits(all: 500))
        let seats = try (1...1500).map { try seat($0, table) }
        #expect(seats.prefix(1000).allSatisfy { !$0.1.isActive } && seats.suffix(500).allSatisfy(\.1.isActive))
    }

    @Test func `a new connection from an address at its limit displaces only a connection from this address`() throws {
        let table = ConnectionTable(ConnectionTable.Limits(all: 100, perAddress: 2))
        let other = try seat(1, table, from: "127.0.0.2")
        let seats = try (2...4).map { try seat($0, table) }
        #expect(other.1.isActive && seats.map(\.1.isActive) == [false, true, true])
        table.release(seats[1].0)
        let next = try seat(5, table)
        #expect(seats[2].1.isActive && next.1.isActive && table.reading.open == 3)
    }
}
