import Synchronization

// The calls that need a machine.
extension Machines {
    /// Runs `body` on a connection.
    ///
    /// Throws ``DatabaseError/away(_:)`` as soon as a machine that `scope` needs is away.
    @_semantics("optimize.sil.specialize.generic.never")
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

    /// Runs `request` once on all machines; returns nil if a machine fails or does not answer in time.
    func search<Value: Sendable>(
        _ request: Request, _ read: @escaping @Sendable (ResultRows) throws -> Value
    ) async -> Value? {
        let time = options.machines.search
        // The database itself ends the statement, so that no machine continues a search for which no caller waits.
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

    /// Submits the work of a call, and calls `answer` with the result if the store has not given the call up.
    private func submit<Value>(
        _ call: MachineCall, to pool: ConnectionPool, _ body: @escaping @Sendable (Connection) throws -> Value,
        answer: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        guard admit(call) else { return }
        pool.submit(for: call.machine) { [self] connection in
            if let result = work(on: call, connection, body) { answer(result) }
        }
    }

    /// Runs the work of a call on the current thread; returns nil if the store has given the call up.
    func serve<Value>(
        _ call: MachineCall, on connection: Connection, _ body: (Connection) throws -> Value
    ) -> Result<Value, any Error>? {
        admit(call) ? work(on: call, .success(connection), body) : nil
    }

    /// Adds a call to the calls of the node, and returns true. If a machine that the call needs is away, gives the call
    /// up instead, and returns false.
    private func admit(_ call: MachineCall) -> Bool {
        let missing = state.withLock { state -> String? in
            if let missing = state.book.missing(call.machine) { return missing }
            state.calls[ObjectIdentifier(call)] = call
            return nil
        }
        if let missing { call.giveUp(.away(missing), leavesConnection: false) }
        return missing == nil
    }

    @_semantics("optimize.sil.specialize.generic.never")
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

    /// Returns whether this result shows that the machine has answered.
    private static func isAnswer<Value>(_ result: Result<Value, any Error>) -> Bool {
        guard case .failure(let error as DatabaseError) = result else { return true }
        return error.sqlState != nil && !error.castsSuspicion
    }
}
