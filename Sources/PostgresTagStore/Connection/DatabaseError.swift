/// The reason why a request of the store to its database failed.
struct DatabaseError: Error, Sendable, CustomStringConvertible {
    enum Kind: Sendable, Hashable {
        /// No connection was possible, so the store sent nothing.
        case unreachable
        /// The connection broke. The store does not know whether the server has run the last request.
        case lost
        /// The server answered with an error and its SQLSTATE.
        case refused(String)
        /// No repetition can succeed, for example because libpq is missing.
        case unusable
        /// Too many calls wait for the database already, so the store sent nothing.
        case busy
        /// A machine that the call needs does not answer. The store gave the call up before its commit.
        case away
    }

    let kind: Kind
    /// One line for a person, without secrets.
    let description: String
    /// Whether the server ends the session with this answer.
    private let endsSession: Bool
    /// Whether the failed request certainly changed nothing, even if `kind` alone leaves that open.
    private(set) var isWithoutEffect = false

    init(_ kind: Kind, _ description: String, endsSession: Bool = false) {
        self.kind = kind
        self.description = Self.oneLine(description)
        self.endsSession = endsSession
    }

    /// Returns the error of a call that the store gave up because `machine` does not answer.
    static func away(_ machine: String) -> DatabaseError {
        DatabaseError(
            .away,
            "the machine \(machine) of the database does not answer; calls for the accounts on this machine fail until it answers"
        ).withoutEffect
    }

    /// A copy of this error that says that the transaction changed nothing. The transaction was rolled back, or is not
    /// committed yet.
    var withoutEffect: DatabaseError {
        var error = self
        error.isWithoutEffect = true
        return error
    }

    /// Returns this error as the error of the statement `name`, which has not run before on this connection.
    ///
    /// If the server cannot run the statement, the returned error is `unusable`. Any other error is returned unchanged.
    func ofNewStatement(_ name: String) -> DatabaseError {
        guard sqlState == "0A000" else { return self }
        return DatabaseError(
            .unusable, "the database cannot run the statement \"\(name)\" (SQLSTATE 0A000): \(description)")
    }

    var sqlState: String? {
        if case .refused(let state) = kind { state } else { nil }
    }

    /// Whether another transaction caused the error.
    ///
    /// The store's own transaction may then succeed if the store repeats it from the beginning.
    var isWorthRepeating: Bool {
        switch sqlState {
        // These are a serialization failure, a deadlock, and a wait for a lock that was too long.
        case "40001", "40P01", "55P03": true
        default: false
        }
    }

    /// Whether the store needs another connection, because the server has stopped or no longer accepts changes.
    var endsConnection: Bool {
        switch kind {
        case .lost, .unreachable: true
        case .refused(let state):
            // The causes are a standby, a server that shuts down or starts, and a session that the server ended.
            state == "25006" || endsStatements || endsSession
        case .unusable, .busy, .away: false
        }
    }

    /// Whether the server asked another machine, and that machine has stopped or is starting.
    ///
    /// The session with the server still works.
    var tellsOfAnotherMachine: Bool {
        guard let sqlState, !endsSession else { return false }
        return sqlState.hasPrefix("08") || sqlState.hasPrefix("57P")
    }

    /// Whether a machine behind the server perhaps does not answer: it has stopped, or the statement took too long.
    var castsSuspicion: Bool { tellsOfAnotherMachine || sqlState == "57014" }

    /// Whether the server has answered that the statement changed nothing.
    ///
    /// It is false if the server stopped during the statement, or if the server itself does not know the outcome.
    var leavesNoDoubt: Bool {
        if isWithoutEffect { return true }
        guard let sqlState else { return false }
        return !sqlState.hasPrefix("57P") && !sqlState.hasPrefix("08") && sqlState != "40003"
    }

    /// Whether the session's prepared statements can no longer be used.
    var endsStatements: Bool { sqlState == "26000" || sqlState == "0A000" }

    var isUniqueViolation: Bool { sqlState == "23505" }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }.joined(separator: "; ")
    }
}
