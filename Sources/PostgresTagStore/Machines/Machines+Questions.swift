import Logging
import Synchronization

// The questions to machines, and what the node does with their answers.
extension Machines {
    /// Checks the running calls again and again, and asks each machine that perhaps does not answer.
    ///
    /// Ends when the current task is cancelled.
    ///
    /// - Parameter whenAway: the function to call when a machine goes away. The function gets the machine, and the
    ///   error for the calls that need the machine.
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

    /// Reads which machine holds which accounts, and then asks every machine that is not away.
    ///
    /// Throws ``DatabaseError`` if this node cannot reach the server that it connects to.
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

    /// Asks a machine, and returns when the machine answers or goes away.
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
            if question.wantsChange { try Settled.probe(connection, number: question.number, id: id) }
            return .well
        } catch {
            guard let state = error.sqlState, !error.endsConnection else { return .nothing }
            return .unwell(state == "57014" ? MachineBook.silence : error.description)
        }
    }

    /// Logs that a machine has gone away or come back. If it has gone away, also gives up the calls that need it.
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
}
