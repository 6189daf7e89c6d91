public import Testing

/// Gives each test a server of its own.
///
/// If a test has arguments, each of its cases gets a server of its own. Write `@Test(.tagline)`, or `@Suite(.tagline)`
/// for all tests of a suite. In the test, ``TaglineTestServer/current`` is the server.
public struct TaglineTrait: TestTrait, SuiteTrait, TestScoping {
    /// True, so that the trait of a suite applies to each of its tests.
    public var isRecursive: Bool { true }

    /// Runs a test case with a server of its own.
    ///
    /// - Parameters:
    ///   - test: the test that has the case.
    ///   - testCase: the case of the test, or nil for a suite, which gets no server.
    ///   - function: runs the case.
    /// - Throws: what `function` throws, or the error that keeps the server from starting.
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
    /// Gives each test a server of its own: `@Test(.tagline)`.
    public static var tagline: TaglineTrait { TaglineTrait() }
}

extension TaglineTestServer {
    @TaskLocal static var running: TaglineTestServer?

    /// The server of the test that calls this property.
    ///
    /// Throws ``NoTagline`` in a test without the trait `.tagline`.
    public static var current: TaglineTestServer {
        get throws {
            guard let running else { throw NoTagline() }
            return running
        }
    }
}

/// The error that ``TaglineTestServer/current`` throws in a test that has no server.
public struct NoTagline: Error, CustomStringConvertible {
    /// Says in one line that the test has no server, and how to get one.
    public var description: String {
        "this test has no Tagline; write @Test(.tagline), or use withTagline { server in ... }"
    }
}
