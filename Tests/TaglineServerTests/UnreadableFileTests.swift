import Foundation
import TagStore
import TagStoreConformance
import TaglineServer
import Testing

/// Tests that a sandbox does not ignore a file that exists and that the sandbox cannot read.
@Suite struct UnreadableFileTests {
    enum Content: CaseIterable {
        case pipe, directory, bytes

        func put(at path: String) throws {
            switch self {
            case .pipe: #expect(mkfifo(path, 0o600) == 0)
            case .directory:
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            case .bytes: try Data([0xFF]).write(to: URL(filePath: path))
            }
        }
    }

    @Test(arguments: Content.allCases)
    func `the clock and the relaxed accounts refuse a file that they cannot read, and do not wait`(
        content: Content
    ) async throws {
        try await withTemporaryDirectory { directory in
            let file = URL(filePath: directory + "/file")
            try content.put(at: file.path)
            let clock = #expect(throws: (any Error).self) { try SandboxClock(file: file) }
            let relaxed = #expect(throws: (any Error).self) { try RelaxedAccounts(file: file) }
            for error in [clock, relaxed] {
                #expect("\(error as Any)".contains("\(file.path) cannot be used: it"))
            }
        }
    }

    @Test func `a missing file is no error`() async throws {
        try await withTemporaryDirectory { directory in
            let file = URL(filePath: directory + "/file")
            let clock = try SandboxClock(file: file, system: { testStart })
            let relaxed = try RelaxedAccounts(file: file)
            #expect(clock.now == testStart && relaxed.appIDs.isEmpty)
        }
    }
}
