import Testing

/// Gives each test, or each case of one, a server of its own, which is ``TaglineTestServer/current`` there.
public struct TaglineTrait: TestTrait, SuiteTrait, TestScoping {
    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        try await withTagline { server in
            try await TaglineTestServer.$running.withValue(server) { try await function() }
        }
    }
}

extension Trait where Self == TaglineTrait {
    /// A server of the test's own: `@Test(.tagline)`.
    public static var tagline: TaglineTrait { TaglineTrait() }
}

extension TaglineTestServer {
    @TaskLocal static var running: TaglineTestServer?

    /// The server of the test that runs. Throws ``NoTagline`` in a test without the trait `.tagline`.
    public static var current: TaglineTestServer {
        get throws {
            guard let running else { throw NoTagline() }
            return running
        }
    }
}

/// The test has no server of its own.
public struct NoTagline: Error, CustomStringConvertible {
    public var description: String {
        "this test has no Tagline; write @Test(.tagline), or use withTagline { server in ... }"
    }
}
