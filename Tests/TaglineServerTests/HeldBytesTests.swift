import Synchronization
import Testing

@testable import TaglineServer

@Suite struct HeldBytesTests {
    @Test func `above the limit, the connection that has held the most bytes for the longest time ends`() {
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

    @Test func `a short body stays, even if the limit ends many connections with long bodies`() {
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
