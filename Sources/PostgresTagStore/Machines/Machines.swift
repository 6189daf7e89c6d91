import Logging
import Synchronization
import TagStore

/// Watches the machines of a Citus cluster, and the calls that need them.
///
/// A call for a machine that is away is refused at once. When a machine goes away, the calls that wait for it are given
/// up, so that they do not keep the connections of other calls. ``MachineBook`` decides which machines are away.
final class Machines: Sendable {
    private struct State {
        var book: MachineBook
        /// The calls under way.
        var calls: [ObjectIdentifier: MachineCall] = [:]
    }

    private let state: Mutex<State>
    private let isAnyAway = Atomic(false)
    /// The connections for calls of accounts.
    private let pool: ConnectionPool
    /// The few connections for work that needs all machines. One machine may keep such work waiting.
    private let wide: ConnectionPool
    /// The few connections for questions to machines. A machine may keep its question waiting.
    private let asking: ConnectionPool
    private let options: PostgresTagStore.Options
    private let logger: Logger
    private let whenAway = Mutex<@Sendable (String, DatabaseError) -> Void>({ _, _ in })

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

    // MARK: Calls

    /// Runs `body` on a connection. Throws ``DatabaseError/away(_:)`` as soon as a machine that it needs is away.
    func run<Value: Sendable>(
        _ scope: MachineScope, _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        let machine = scope.account.flatMap { self.machine(of: $0) }
        switch scope {
        case .copies: return try await pool.run(body)
        case .account where machine == nil: return try await pool.run(body)
        case .account, .every: break
        }
        return try await withCheckedThrowingContinuation { continuation in
            let call = MachineCall(machine) { continuation.resume(throwing: $0) }
            submit(call, to: machine == nil ? wide : pool, body) { continuation.resume(with: $0) }
        }
    }

    /// Asks all machines once. Returns nil if they do not all answer in time.
    func search<Value: Sendable>(
        _ request: Request, _ read: @escaping @Sendable (ResultRows) throws -> Value
    ) async -> Value? {
        let time = options.machines.search
        // The database itself ends the statement, so that no machine goes on with a search that no caller waits for.
        let limits = [time * 0.8, options.sessionLimits.statement].map { time in
            let milliseconds = Int(time / .milliseconds(1))
            return Request(Statement("limit \(milliseconds) ms", "SET statement_timeout = \(milliseconds)"))
        }
        return await withCheckedContinuation { continuation in
            let call = MachineCall(nil) { _ in continuation.resume(returning: nil) }
            Task {
                try? await Task.sleep(for: time)
                call.giveUp(DatabaseError(.away, "the search took too long"), leavesConnection: false)
            }
            submit(call, to: wide) { connection in
                try read(connection.run([limits[0], request, limits[1]])[1].get())
            } answer: { [self] in
                if case .failure(let error as DatabaseError) = $0, error.tellsOfAnotherMachine { suspect(nil) }
                continuation.resume(returning: try? $0.get())
            }
        }
    }

    /// Submits the work of a call. Calls `answer` with the result, unless the call is given up before.
    private func submit<Value>(
        _ call: MachineCall, to pool: ConnectionPool, _ body: @escaping @Sendable (Connection) throws -> Value,
        answer: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        guard admit(call) else { return }
        pool.submit(for: call.machine) { [self] connection in
            if let result = work(on: call, connection, body) { answer(result) }
        }
    }

    /// Runs the work of a call on the calling thread. Returns nil if the call was given up.
    func serve<Value>(
        _ call: MachineCall, on connection: Connection, _ body: (Connection) throws -> Value
    ) -> Result<Value, any Error>? {
        admit(call) ? work(on: call, .success(connection), body) : nil
    }

    /// Notes a call that is under way. Gives it up if a machine that it needs is away.
    private func admit(_ call: MachineCall) -> Bool {
        let missing = state.withLock { state -> String? in
            if let missing = state.book.missing(call.machine) { return missing }
            state.calls[ObjectIdentifier(call)] = call
            return nil
        }
        if let missing { call.giveUp(.away(missing), leavesConnection: false) }
        return missing == nil
    }

    private func work<Value>(
        on call: MachineCall, _ connection: Result<Connection, DatabaseError>, _ body: (Connection) throws -> Value
    ) -> Result<Value, any Error>? {
        let id = ObjectIdentifier(call)
        guard call.begin() else {
            state.withLock { _ = $0.calls.removeValue(forKey: id) }
            return nil
        }
        let start = options.now()
        if case .success = connection { state.withLock { $0.book.callBegan(id, on: call.machine, at: start) } }
        let result = Result { try connection.get().serving(call) { try body($0) } }
        let end = options.now()
        state.withLock { state in
            state.calls[id] = nil
            state.book.callEnded(id, on: call.machine, hasAnswer: Self.isAnswer(result), at: end)
        }
        return call.end() ? result : nil
    }

    /// Returns whether a machine must have answered for this result.
    private static func isAnswer<Value>(_ result: Result<Value, any Error>) -> Bool {
        guard case .failure(let error as DatabaseError) = result else { return true }
        return error.sqlState != nil && !error.castsSuspicion
    }

    // MARK: Questions

    /// Looks at the calls under way, and asks machines that may not answer. Ends when it is cancelled.
    ///
    /// - Parameter whenAway: is called with each machine that goes away.
    func watch(whenAway: @escaping @Sendable (String, DatabaseError) -> Void) async {
        self.whenAway.withLock { $0 = whenAway }
        var mapReadAt = options.now()
        while (try? await Task.sleep(for: options.machines.interval)) != nil {
            let now = options.now()
            let (look, wantsMap) = state.withLock { ($0.book.look(at: now), $0.book.wantsMap) }
            for machine in look.silent { tell(.wentAway, of: machine) }
            for question in look.questions { Task { await ask(question) } }
            if wantsMap, now - mapReadAt >= options.machines.pause {
                mapReadAt = now
                Task { try? await readMap() }
            }
        }
    }

    /// Reads which machine holds which accounts. Then asks every machine that is not away.
    ///
    /// Throws ``DatabaseError`` if the server that this node connects to cannot be reached.
    func askAll() async throws {
        try await readMap()
        let questions = state.withLock { $0.book.questionsToAll() }
        await withTaskGroup { group in
            for question in questions { group.addTask { await self.ask(question) } }
        }
    }

    /// Reads which machine holds which accounts.
    func readMap() async throws {
        let map = try await asking.run { try ShardMap.read($0) }
        state.withLock { $0.book.learn(map) }
        pool.share(perMachine: share.connections)
    }

    /// Asks a machine, and returns when it has answered or has just gone away.
    private func ask(_ question: MachineBook.Question) async {
        let changeID = options.changeID()
        await withCheckedContinuation { continuation in
            let call = MachineCall(question.machine) { _ in continuation.resume() }
            let id = ObjectIdentifier(call)
            state.withLock { $0.calls[id] = call }
            asking.submit { [self] connection in
                note(answer(to: question, id: changeID, connection), of: question.machine)
                state.withLock { _ = $0.calls.removeValue(forKey: id) }
                if call.end() { continuation.resume() }
            }
        }
    }

    private func note(_ finding: MachineBook.Finding, of machine: String) {
        let now = options.now()
        let news = state.withLock { state in
            defer { isAnyAway.store(!state.book.away.isEmpty, ordering: .relaxed) }
            return state.book.questionEnded(machine, finding, at: now)
        }
        if let news { tell(news, of: machine) }
    }

    private func answer(
        to question: MachineBook.Question, id: Int64, _ connection: Result<Connection, DatabaseError>
    ) -> MachineBook.Finding {
        do throws(DatabaseError) {
            let connection = try connection.get()
            let start = options.now()
            state.withLock { $0.book.questionBegan(question.machine, at: start) }
            try connection.run(Settled.touch, [.int(question.number)])
            let end = options.now()
            state.withLock { $0.book.answered(question.machine, at: end) }
            if question.wantsChange { try connection.run(Settled.probe, [.int(id), .int(question.number)]) }
            return .well
        } catch {
            guard let state = error.sqlState, !error.endsConnection else { return .nothing }
            return .unwell(state == "57014" ? MachineBook.silence : error.description)
        }
    }

    /// Logs the news of a machine. Gives up the calls that need it if it went away.
    private func tell(_ news: MachineBook.News, of machine: String) {
        switch news {
        case .cameBack:
            logger.warning("a machine of the database answers again", metadata: ["machine": "\(machine)"])
        case .wentAway:
            let (reason, calls) = state.withLock { state in
                isAnyAway.store(!state.book.away.isEmpty, ordering: .relaxed)
                let calls = state.calls.values.filter { $0.machine == nil || $0.machine == machine }
                return (state.book.away[machine] ?? "", calls)
            }
            logger.error(
                "a machine of the database does not answer",
                metadata: ["machine": "\(machine)", "reason": "\(reason)"])
            let error = DatabaseError.away(machine)
            for call in calls { call.giveUp(error, leavesConnection: true) }
            whenAway.withLock(\.self)(machine, error)
        }
    }

    func close() async {
        await wide.close()
        await asking.close()
    }
}
