import Logging
import OfficialAccount
import TagStore

// Reads and changes of the database.
//
// The program would be 400 kB larger if the compiler made copies of these functions and of those in ``Machines`` for
// each type of value. A request to the database takes much longer than what a copy would save.
extension PostgresTagStore {
    /// Runs `body` on a connection. Throws ``DatabaseError/away(_:)`` as soon as the store knows that one of the
    /// machines in `scope` does not answer.
    func run<Value: Sendable>(
        _ scope: MachineScope, _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        if let machines { try await machines.run(scope, body) } else { try await pool.run(body) }
    }

    /// Runs `body`, which only reads. If the connection breaks, repeats `body` on another connection. Throws -1 if a
    /// machine in `scope` does not answer.
    @_semantics("optimize.sil.specialize.generic.never")
    func read<Value: Sendable>(
        _ scope: MachineScope, _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws(Refusal) -> Value {
        let start = options.now()
        while true {
            do {
                return try await run(scope, body)
            } catch let refusal as Refusal {
                throw refusal
            } catch let unseen as UnseenOpenID {
                throw try await refusal(of: unseen)
            } catch {
                let error = error as? DatabaseError ?? DatabaseError(.unusable, "\(error)")
                meet(error, of: scope.account, while: "reading")
                guard
                    let pause = options.repetition.pause(
                        after: error, elapsed: options.now() - start, isChange: false)
                else { throw .cannotRead(DatabaseSchema.explanation(error)) }
                if pause > .zero { try? await Task.sleep(for: pause) }
            }
        }
    }

    /// Changes one account in one transaction, and repeats the transaction after a conflict.
    ///
    /// If the connection breaks during the commit, this function returns only after it has found out whether the
    /// transaction was committed.
    ///
    /// - Parameter scope: the machines that the change needs; nil for the machine of the account.
    @_semantics("optimize.sil.specialize.generic.never")
    func change<Value: Sendable>(
        _ account: AccountKey, in scope: MachineScope? = nil, _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws(Refusal) -> Value {
        let start = options.now()
        while true {
            let id = options.changeID()
            let outcome: ChangeOutcome<Value>
            do {
                outcome = try await run(scope ?? .account(account)) { connection in
                    try Settled.change(connection, account: account, id: id, body)
                }
            } catch let refusal as Refusal {
                throw refusal
            } catch let unseen as UnseenOpenID {
                throw try await refusal(of: unseen)
            } catch {
                let error = error as? DatabaseError ?? DatabaseError(.unusable, "\(error)")
                meet(error, of: account, while: "changing")
                guard
                    let pause = options.repetition.pause(after: error, elapsed: options.now() - start, isChange: true)
                else {
                    note(error)
                    throw .cannotWrite(DatabaseSchema.explanation(error))
                }
                if pause > .zero { try? await Task.sleep(for: pause) }
                continue
            }
            switch outcome {
            case .made(let value):
                note(nil)
                return value
            case .unknown(let value, let error):
                if try await callsMade(account, id, after: error) != nil { return value }
            }
        }
    }

    /// Notes `error` in the fault log. If `error` may mean that a machine behind the server does not answer, marks the
    /// machine of `account` as suspect.
    func meet(_ error: DatabaseError, of account: AccountKey?, while what: String) {
        faults.note(error, while: what)
        if error.castsSuspicion { machines?.suspect(account) }
    }

    /// After a connection broke, finds out whether the database committed the change. If the change was not committed,
    /// this function prevents a later commit.
    ///
    /// Returns nil if the change was not committed. If the change was a group of taggings, returns the numbers of the
    /// calls that were applied. For any other committed change, returns an empty list.
    func callsMade(
        _ account: AccountKey, _ id: Int64, after error: DatabaseError
    ) async throws(Refusal) -> [Int]? {
        meet(error, of: account, while: "committing; the store asks for the outcome")
        let end = options.now() + options.resolution
        while true {
            do {
                return try await run(.account(account)) { try Settled.callsMade($0, account: account, id: id) }
            } catch {
                let error = error as? DatabaseError ?? DatabaseError(.unusable, "\(error)")
                meet(error, of: account, while: "asking for an outcome")
                note(error)
                guard options.now() < end, !pool.isClosed, error.kind != .unusable else {
                    throw .cannotWrite(
                        "the connection broke during the change, and the store cannot find out whether the change was made: \(error)"
                    )
                }
                // Each attempt may leave behind a session that waits for a standby. The pause keeps such sessions few.
                try? await Task.sleep(for: options.repetition.pause)
            }
        }
    }
}

extension Refusal {
    static func cannotRead(_ why: String) -> Refusal { Refusal(.systemError, "the store cannot read: \(why)") }
}
