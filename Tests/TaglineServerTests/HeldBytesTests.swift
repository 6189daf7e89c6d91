import NIOEmbedded
import Synchronization
import Testing

@testable import TaglineServer

@Suite struct HeldBytesTests {
    @Test func `above the limit, the connection with the largest product of held bytes and time ends`() {
        let all = HeldBytes(limit: 100)
        let ended = Mutex<[Int]>([])
        let shares = (0..<4).map { number in HeldBytes.Share(of: all) { ended.withLock { $0.append(number) } } }
        shares[0].set(40)
        shares[1].set(40)
        #expect(all.reading.bytes == 80 && ended.withLock { $0 } == [])
        shares[1].set(70)
        #expect(all.reading.bytes == 70 && ended.withLock { $0 } == [0])
        shares[0].release()
        shares[2].set(30)
        #expect(all.reading.bytes == 100)
        shares[1].release()
        shares[3].set(101)
        #expect(ended.withLock { $0 } == [0, 3])
        #expect(all.reading == (30, 2))
    }

    @Test(arguments: EmbeddedListener.Kind.allCases)
    func `a long head that has arrived in part counts toward the limit`(kind: EmbeddedListener.Kind) throws {
        let all = HeldBytes(limit: 50_000)
        let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
        let listeners = try (0..<4).map { _ in try EmbeddedListener(kind, heldBytes: all) }
        defer { for listener in listeners { listener.finish() } }
        for listener in listeners.prefix(2) { listener.send(start + String(repeating: "a", count: 20_000)) }
        #expect(40_000...41_000 ~= all.reading.bytes)
        // A short head does not count.
        listeners[2].send(start)
        #expect(all.reading.bytes <= 41_000)
        // A head that has arrived whole no longer counts.
        listeners[0].send("\r\n\r\n")
        #expect(20_000...21_000 ~= all.reading.bytes)
        #expect(try listeners[0].statuses() == [200])
        listeners[0].send(start + String(repeating: "a", count: 20_000))
        listeners[3].send(start + String(repeating: "a", count: 20_000))
        for listener in listeners { listener.channel.embeddedEventLoop.run() }
        #expect(all.reading.ended == 1 && all.reading.bytes < 50_000)
        #expect(try listeners[1].statuses() == [408], "the connection with the oldest head makes room")
    }

    @Test func `the limit ends connections with long bodies, and keeps the connection with a short body`() {
        let all = HeldBytes(limit: 1000)
        let ended = Mutex<[Int]>([])
        let shares = (0..<50).map { number in HeldBytes.Share(of: all) { ended.withLock { $0.append(number) } } }
        shares[0].set(2)
        for number in 1..<50 { shares[number].set(300) }
        #expect(ended.withLock { $0 } == Array(1..<47))
    }

    @Test func `if all bodies have the same length, the connections with the oldest bodies end`() {
        let all = HeldBytes(limit: 1000)
        let ended = Mutex<[Int]>([])
        let shares = (0..<20).map { number in HeldBytes.Share(of: all) { ended.withLock { $0.append(number) } } }
        for share in shares { share.set(100) }
        #expect(ended.withLock { $0 } == Array(0..<10))
    }
}
