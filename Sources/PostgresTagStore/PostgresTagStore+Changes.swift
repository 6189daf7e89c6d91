import Logging
import OfficialAccount
import TagStore

/// The machines that a read needs.
enum ReadScope: Sendable {
    /// The machine that holds this account.
    case account(AccountKey)
    /// All machines.
    case every
    /// Only the machine that the node asks, because every machine has a copy of the tables.
    case copies

    var account: AccountKey? {
        if case .account(let account) = self { account } else { nil }
    }
}

// Reads and changes of the database.
extension PostgresTagStore {
    /// Runs a read. If the connection breaks, repeats the read on another one. Refuses the read at once while a machine
    /// that it needs does not answer.
    func read<Value: Sendable>(
        _ scope: ReadScope, _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws(Refusal) -> Value {
        let start = options.now()
        while true {
            if let machine = machines?.missing(for: scope) { throw .machineIsAway(machine, "read") }
            do {
                return try await pool.run(body)
            } catch let refusal as Refusal {
                throw refusal
            } catch {
                let error = error as? DatabaseError ?? DatabaseError(.unusable, "\(error)")
                meet(error, of: scope.account, while: "reading")
                guard
                    let pause = options.repetition.pause(
                        after: error, elapsed: options.now() - start, isChange: false)
                else { throw Refusal(.systemError, "the store cannot read: \(DatabaseSchema.explanation(error))") }
                if pause > .zero { try? await Task.sleep(for: pause) }
            }
        }
    }

    /// Changes one account in one transaction, and repeats the transaction after a conflict.
    ///
    /// If the connection breaks during the commit, it returns only after it has found out whether the transaction was
    /// committed.
    func change<Value: Sendable>(
        _ account: AccountKey, _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws(Refusal) -> Value {
        let start = options.now()
        while true {
            if let machine = machines?.missing(for: .account(account)) { throw .machineIsAway(machine, "write") }
            let id = options.changeID()
            let outcome: ChangeOutcome<Value>
            do {
                outcome = try await pool.run { connection in
                    try Settled.change(connection, account: account, id: id, body)
                }
            } catch let refusal as Refusal {
                throw refusal
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

    /// Counts a fault. Marks the account's machine as suspect if the fault points to another machine.
    func meet(_ error: DatabaseError, of account: AccountKey?, while what: String) {
        faults.note(error, while: what)
        // If a machine does not answer at all, the store notices it when the time for a statement runs out.
        if error.tellsOfAnotherMachine || error.sqlState == "57014" { machines?.suspect(account) }
    }

    /// Finds out whether the database committed a change after the connection broke. If it did not, this function
    /// prevents the commit for good.
    ///
    /// Returns nil if the change was not committed. Otherwise returns the calls of the group that were applied, or an
    /// empty list if the change was no group.
    func callsMade(
        _ account: AccountKey, _ id: Int64, after error: DatabaseError
    ) async throws(Refusal) -> [Int]? {
        meet(error, of: account, while: "committing; the store asks for the outcome")
        let end = options.now() + options.resolution
        while true {
            do {
                return try await pool.run { try Settled.callsMade($0, account: account, id: id) }
            } catch {
                let error = error as? DatabaseError ?? DatabaseError(.unusable, "\(error)")
                meet(error, of: account, while: "asking for an outcome")
                note(error)
                guard options.now() < end, !pool.isClosed, error.kind != .unusable else {
                    throw .cannotWrite(
                        "the connection broke during the change, and the store cannot find out whether the change was made: \(error)"
                    )
                }
                // Each attempt may leave behind a session that waits for a standby.
                try? await Task.sleep(for: options.repetition.pause)
            }
        }
    }
}

extension Refusal {
    /// - Parameter what: the action that the store cannot do: `read` or `write`.
    static func machineIsAway(_ machine: String, _ what: String) -> Refusal {
        Refusal(
            .systemError,
            "the store cannot \(what): the machine \(machine) of the database does not answer, and its accounts wait for it"
        )
    }
}
