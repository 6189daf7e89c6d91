import Logging
import Synchronization
import TagStore

/// Finds out which machines of a Citus cluster take changes, by making a change on each.
///
/// If a call fails because a machine did not answer, the machine becomes suspect and is asked within half a second.
/// While a machine is away, the node refuses calls for its accounts at once, so that other calls keep their
/// connections.
final class Machines: Sendable {
    private let book = Mutex(MachineBook())
    private let isAnyAway = Atomic(false)
    /// A pool with one connection of its own, because a machine may keep it waiting.
    private let pool: ConnectionPool
    private let logger: Logger
    private let changeID: @Sendable () -> Int64

    /// The time that a machine may take for a change.
    static let limits = SessionLimits(statement: .seconds(1), answer: .milliseconds(1500))

    init(_ pool: ConnectionPool, changeID: @escaping @Sendable () -> Int64, logger: Logger) {
        self.pool = pool
        self.changeID = changeID
        self.logger = logger
    }

    /// Returns a machine that `scope` needs and that does not answer; nil if there is none.
    func missing(for scope: ReadScope) -> String? {
        guard isAnyAway.load(ordering: .relaxed) else { return nil }
        return book.withLock { $0.missing(for: scope) }
    }

    func suspect(_ account: AccountKey?) { book.withLock { $0.suspect(account) } }

    var map: ShardMap? { book.withLock(\.map) }

    /// Each machine, and whether it answered when it was last asked.
    var standing: [StoreVitals.Machine] {
        book.withLock { book in
            (book.map?.machines ?? []).map { StoreVitals.Machine(name: $0.name, answers: book.away[$0.name] == nil) }
        }
    }

    /// One line for each machine that does not answer; empty if all answer.
    var complaints: [String] {
        book.withLock {
            $0.away.sorted { $0.key < $1.key }.map { "the machine \($0.key) does not answer: \($0.value)" }
        }
    }

    /// Asks machines until cancelled, while one of them is suspect or away.
    func watch(every interval: Duration) async {
        while (try? await Task.sleep(for: interval)) != nil {
            guard book.withLock(\.wantsLook) else { continue }
            try? await look(all: false)
        }
    }

    /// Reads which machine holds which accounts. Then asks the machines that are suspect or away, or all of them.
    ///
    /// Throws ``DatabaseError`` if the server that this node connects to cannot be reached.
    func look(all: Bool) async throws {
        let map = try await pool.run { try ShardMap.read($0) }
        let machines = book.withLock { book in
            book.learn(map)
            return book.machinesToAsk(all: all)
        }
        for machine in machines {
            let id = changeID()
            var reason: String?
            do {
                try await pool.run { _ = try $0.run(Settled.probe, [.int(id), .int(machine.number)]) }
            } catch {
                reason = (error as? DatabaseError).map(\.description) ?? "\(error)"
            }
            note(machine.name, reason)
        }
        book.withLock { $0.looked() }
    }

    private func note(_ machine: String, _ reason: String?) {
        let news = book.withLock { book in
            defer { isAnyAway.store(!book.away.isEmpty, ordering: .relaxed) }
            return book.note(machine, reason)
        }
        switch news {
        case .wentAway:
            logger.error(
                "a machine of the database does not answer",
                metadata: ["machine": "\(machine)", "reason": "\(reason ?? "")"])
        case .cameBack: logger.warning("a machine of the database answers again", metadata: ["machine": "\(machine)"])
        case nil: break
        }
    }

    func close() async { await pool.close() }
}
