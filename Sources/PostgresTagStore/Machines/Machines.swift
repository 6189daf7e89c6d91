import Logging
import Synchronization
import TagStore

/// Watches the machines of a Citus cluster, and the calls that need them.
///
/// The store refuses a call immediately if the call needs a machine that is away. When a machine goes away, the store
/// gives up the calls that wait for it. Other calls can then use the connections of these calls. ``MachineBook``
/// decides which machines are away.
final class Machines: Sendable {
    struct State {
        var book: MachineBook
        /// The calls that run or wait for a connection.
        var calls: [ObjectIdentifier: MachineCall] = [:]
    }

    let state: Mutex<State>
    let isAnyAway = Atomic(false)
    /// The connections for calls that need at most one machine.
    let pool: ConnectionPool
    /// The few connections for work that needs all machines.
    ///
    /// Such work keeps its connection until the slowest machine answers.
    let wide: ConnectionPool
    /// The few connections for questions to machines.
    ///
    /// A question keeps its connection until the machine answers.
    let asking: ConnectionPool
    let options: PostgresTagStore.Options
    let logger: Logger
    /// The function to call when a machine goes away; see ``watch(whenAway:)``.
    let whenAway = Mutex<@Sendable (String, DatabaseError) -> Void>({ _, _ in })

    /// The longest times for the statements of a question to a machine.
    private static let limits = SessionLimits(statement: .seconds(1), answer: .milliseconds(1500))

    init(_ pool: ConnectionPool, options: PostgresTagStore.Options, logger: Logger) {
        state = Mutex(State(book: MachineBook(rules: options.machines)))
        self.pool = pool
        wide = pool.separate(connections: 2)
        asking = pool.separate(connections: 4, limits: Self.limits)
        self.options = options
        self.logger = logger
    }

    // MARK: The state of the machines

    /// Returns a machine that `scope` needs and that does not answer; nil if all needed machines answer.
    func missing(for scope: MachineScope) -> String? {
        guard isAnyAway.load(ordering: .relaxed) else { return nil }
        return state.withLock { $0.book.missing(for: scope) }
    }

    func suspect(_ account: AccountKey?) { state.withLock { $0.book.suspect(account) } }

    /// Returns the machine of an account; nil if the node does not know the machine.
    func machine(of account: AccountKey) -> String? { map?.machine(of: account) }

    var map: ShardMap? { state.withLock(\.book.map) }

    /// How many connections and writers the calls for one machine may use.
    var share: MachineShare {
        MachineShare(
            connections: options.connections, writers: options.writers, machines: map?.machines.count ?? 1)
    }

    /// Each machine of the cluster, and whether it answers.
    var standing: [StoreVitals.Machine] {
        state.withLock { state in
            let book = state.book
            return (book.map?.machines ?? []).map {
                StoreVitals.Machine(name: $0.name, answers: book.away[$0.name] == nil)
            }
        }
    }

    /// One line for each machine that does not answer; empty if all machines answer.
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
