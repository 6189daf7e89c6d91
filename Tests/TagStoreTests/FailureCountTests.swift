import TagStore
import Testing

@Suite struct FailureCountTests {
    private static let start = ContinuousClock.now

    @Test func `the first failure is logged, and later one line a minute gives the number of failures so far`() {
        var failures = FailureCount()
        let logged = (0..<1560).compactMap { failures.note(at: Self.start + .milliseconds($0 * 100)) }
        #expect(logged == [1, 601, 1201])
        #expect(failures.end() == 1560)
        #expect(failures.end() == nil)
    }

    @Test func `the last failure before the store gives up is always logged`() {
        var failures = FailureCount()
        #expect(failures.note(at: Self.start) == 1)
        #expect(failures.end() == 1)
        #expect(failures.note(at: Self.start + .seconds(30), isFinal: true) == 1)
    }

    @Test func `a disk that fails and recovers every second gives two log lines a minute`() {
        var failures = FailureCount()
        var lines: [String] = []
        for second in 0..<120 {
            if let count = failures.note(at: Self.start + .seconds(second)) { lines.append("failed \(count)") }
            if let count = failures.end() { lines.append("again \(count)") }
        }
        #expect(lines == ["failed 1", "again 1", "failed 60", "again 60"])
    }
}
