import Synchronization
import Testing

@testable import TaglineServer

@Suite struct HeldBytesTests {
    @Test func `above the limit, the connection that has held bytes for longest ends`() {
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
        #expect(ended.withLock { $0 } == [0, 2, 3])
        #expect(all.reading == (0, 3))
    }
}
