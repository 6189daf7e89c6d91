import Logging
import Synchronization
import TagStore

/// Watches the machines of a Citus cluster, and the calls that need them.
///
/// A call for a machine that is away is refused at once. When a machine goes away, the calls that wait for it are given
/// up, so that they do not keep the connections of other calls. ``MachineBook`` decides which machines are away.
final class Machines: Sendable {
    struct State {
        var book: MachineBook
        /// The calls under way.
        var calls: [ObjectIdentifier: MachineCall] = [:]
    }

    let state: Mutex<State>
    let isAnyAway = Atomic(false)
    /// The connections for calls of accounts.
    let pool: ConnectionPool
    /// The few connections for work that needs all machines. One machine may keep such work waiting.
    let wide: ConnectionPool
    /// The few connections for questions to machines. A machine may keep its question waiting.
    let asking: ConnectionPool
    let options: PostgresTagStore.Options
    let logger: Logger
    /// Is called with each machine that goes away.
    let whenAway = Mutex<@Sendable (String, DatabaseError) -> Void>({ _, _ in })

    /// The time that a machine may take for a change.
    private static let limits = SessionLimits(statement: .seconds(1), answer: .milliseconds(1500))

    init(_ pool: ConnectionPool, options: PostgresTagStore.Options, logger: Logger) {
        state = Mutex(State(book: MachineBook(rules: options.machines)))
        self.pool = pool
        wide = pool.separate(connections: 2)
        asking = pool.separate(connections: 4, limits: Self.limits)
        self.options = options
        self.logger = logger
    }

    // MARK: What is known

    /// Returns a machine that `scope` needs and that does not answer; nil if there is none.
    func missing(for scope: MachineScope) -> String? {
        guard isAnyAway.load(ordering: .relaxed) else { return nil }
        return state.withLock { $0.book.missing(for: scope) }
    }

    func suspect(_ account: AccountKey?) { state.withLock { $0.book.suspect(account) } }

    /// Returns the machine of an account; nil if it is not known.
    func machine(of account: AccountKey) -> String? { map?.machine(of: account) }

    var map: ShardMap? { state.withLock(\.book.map) }

    /// The connections and writers that calls for one machine may use.
    var share: MachineShare {
        MachineShare(
            connections: options.connections, writers: options.writers, machines: map?.machines.count ?? 1)
    }

    /// Each machine, and whether it answered when it was last asked.
    var standing: [StoreVitals.Machine] {
        state.withLock { state in
            let book = state.book
            return (book.map?.machines ?? []).map {
                StoreVitals.Machine(name: $0.name, answers: book.away[$0.name] == nil)
            }
        }
    }

    /// One line for each machine that does not answer; empty if all answer.
    var complaints: [String] {
        state.withLock {
            $0.book.away.sorted { $0.key < $1.key }.map { "the machine \($0.key) does not answer: \($0.value)" }
        }
    }

    func close() async {
        await wide.close()
        await asking.close()
    }
}
