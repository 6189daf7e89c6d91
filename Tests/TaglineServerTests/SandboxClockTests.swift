import Foundation
import TagStore
import TaglineServer
import Testing

/// Tests the clock with extreme numbers. At the next start, the clock must be able to read its file.
@Suite struct SandboxClockTests {
    private func withFile(_ body: (URL) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "clock-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try body(file)
    }

    @Test(arguments: [Int64.min, -1, 0, 1, 1 << 31, 1 << 32, 1 << 53, .max], [false, true])
    func `a restart can read the clock's file after any change of the clock`(number: Int64, isFrozen: Bool) throws {
        try withFile { file in
            let clock = try SandboxClock(file: file, system: { testStart })
            if isFrozen { try clock.freeze() }
            for _ in 0..<4 {
                _ = try? clock.advance(bySeconds: number)
                _ = try? clock.set(to: number)
                _ = try? clock.advance(bySeconds: SandboxClock.furthestLead)
            }
            #expect(try SandboxClock(file: file, system: { testStart }).now == clock.now)
            try clock.freeze()
            #expect(try SandboxClock(file: file, system: { testStart }).isFrozen)
            try clock.run()
            #expect(try SandboxClock(file: file, system: { testStart }).now == clock.now)
        }
    }

    @Test(arguments: [Int64.min, -1, 0, 1 << 40, .max])
    func `a restart can read the clock's file, whatever time the system had before`(seconds: Int64) throws {
        try withFile { file in
            let clock = try SandboxClock(file: file, system: { UnixTime(seconds: seconds) })
            try clock.freeze()
            _ = try? clock.set(to: 4_000_000_000)
            try clock.run()
            #expect(throws: Never.self) { try SandboxClock(file: file, system: { testStart }) }
            try clock.freeze()
            #expect(throws: Never.self) { try SandboxClock(file: file, system: { testStart }) }
        }
    }

    @Test(arguments: [true, false])
    func `the clock replaces a link at the path of its file, and keeps the link's target`(isHard: Bool) throws {
        try withFile { file in
            let other = file.appendingPathExtension("other")
            try Data("0\n".utf8).write(to: other)
            defer { try? FileManager.default.removeItem(at: other) }
            if isHard {
                try FileManager.default.linkItem(at: other, to: file)
            } else {
                try FileManager.default.createSymbolicLink(at: file, withDestinationURL: other)
            }
            try SandboxClock(file: file, system: { testStart }).advance(bySeconds: 5)
            #expect(try String(contentsOf: other, encoding: .utf8) == "0\n")
            #expect(try String(contentsOf: file, encoding: .utf8) == "5\n")
        }
    }
}
