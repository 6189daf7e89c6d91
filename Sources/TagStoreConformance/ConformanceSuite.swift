import OfficialAccount
import TagStore

/// A test of one promise that every `TagStore` makes.
public struct ConformanceCase: Sendable, CustomStringConvertible {
    public let description: String
    private let body: @Sendable (TestedStore) async throws -> Void

    init(_ description: String, _ body: @escaping @Sendable (TestedStore) async throws -> Void) {
        self.description = description
        self.body = body
    }

    /// Checks whether the store of `tested` keeps the promise. The store must be new and empty. Throws
    /// ``ConformanceFailure`` if the store breaks the promise.
    public func run(on tested: TestedStore) async throws {
        try await body(tested)
    }
}

/// The cases for every promise of `TagStore`. Each case can run on any store.
public enum ConformanceSuite {
    public static let cases: [ConformanceCase] =
        taggingCases + untaggingCases + judgementCases + readingCases + followingCases + tagCases + deletionCases
        + profileCases + blacklistCases + tokenCases + accountCases
        + concurrencyCases + stateCases + removalCases + componentCases
}

/// A store that a case tests. The case can close the store and open it again with the same data.
public final class TestedStore: Sendable {
    private let openStore: @Sendable () async throws -> any TagStore
    private let closeStore: @Sendable (any TagStore) async throws -> Void
    private let current: CurrentStore

    private actor CurrentStore {
        var store: any TagStore

        init(_ store: any TagStore) {
            self.store = store
        }

        func set(_ store: any TagStore) {
            self.store = store
        }
    }

    /// - Parameters:
    ///   - open: opens the store with the data that the store had when `close` closed it. At first there is no data.
    ///   - close: closes the store as a shutdown does.
    public init(
        open: @escaping @Sendable () async throws -> any TagStore,
        close: @escaping @Sendable (any TagStore) async throws -> Void
    ) async throws {
        openStore = open
        closeStore = close
        current = CurrentStore(try await open())
    }

    public var store: any TagStore {
        get async { await current.store }
    }

    /// Closes the store and opens it again.
    public func restart() async throws {
        try await closeStore(await current.store)
        await current.set(try await openStore())
    }

    public func close() async throws {
        try await closeStore(await current.store)
    }
}

/// The error that says which promise a store broke, and how.
public struct ConformanceFailure: Error, CustomStringConvertible {
    public let description: String
}

func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws {
    guard condition else { throw ConformanceFailure(description: what()) }
}

func expectEqual<Value: Equatable>(_ actual: Value, _ expected: Value, _ what: @autoclosure () -> String) throws {
    try expect(actual == expected, "\(what()): expected \(expected), got \(actual)")
}

func expectRefusal<Value>(
    _ code: ErrorCode, _ what: @autoclosure () -> String, _ body: () async throws -> Value
) async throws {
    do {
        _ = try await body()
    } catch let refusal as Refusal {
        return try expectEqual(refusal.code, code, what())
    }
    throw ConformanceFailure(description: "\(what()): expected \(code), got success")
}
