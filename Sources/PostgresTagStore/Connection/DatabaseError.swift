/// What went wrong between the store and its database.
struct DatabaseError: Error, Sendable, CustomStringConvertible {
    enum Kind: Sendable, Hashable {
        /// No connection was had; nothing was sent.
        case unreachable
        /// The connection broke. What was sent last may have been done or not.
        case lost
        /// The server answered with an error and its SQLSTATE.
        case refused(String)
        /// It cannot work like this, however often it is tried.
        case unusable
        /// Too many wait for the database already, or have waited too long; nothing was sent.
        case busy
    }

    let kind: Kind
    /// One line for a person, without secrets.
    let description: String
    /// Whether the server ends the session with this answer.
    private let endsSession: Bool
    /// Whether it is known that nothing was changed, whatever the kind says.
    private(set) var isWithoutEffect = false

    init(_ kind: Kind, _ description: String, endsSession: Bool = false) {
        self.kind = kind
        self.description = Self.oneLine(description)
        self.endsSession = endsSession
    }

    /// The same error of a transaction that the server has rolled back, or that was never to be committed.
    var withoutEffect: DatabaseError {
        var error = self
        error.isWithoutEffect = true
        return error
    }

    /// The same error for a statement that was prepared just now: if the server cannot run it, it never will.
    func ofNewStatement(_ name: String) -> DatabaseError {
        guard sqlState == "0A000" else { return self }
        return DatabaseError(
            .unusable, "the database cannot run the statement \"\(name)\" (SQLSTATE 0A000): \(description)")
    }

    var sqlState: String? {
        if case .refused(let state) = kind { state } else { nil }
    }

    /// Someone else was faster: repeating the whole transaction is all that is needed.
    var isWorthRepeating: Bool {
        switch sqlState {
        // Serialization failure, deadlock, a lock that was waited for too long.
        case "40001", "40P01", "55P03": true
        default: false
        }
    }

    /// The server has gone away or no longer takes changes, so another connection, perhaps to another host, is needed.
    var endsConnection: Bool {
        switch kind {
        case .lost, .unreachable: true
        case .refused(let state):
            // A standby, a server that is shutting down or starting, a session that was ended.
            state == "25006" || endsStatements || endsSession
        case .unusable, .busy: false
        }
    }

    /// The session only brings the news that another machine, which the server asked, has gone away or is starting. The
    /// session itself goes on.
    var tellsOfAnotherMachine: Bool {
        guard let sqlState, !endsSession else { return false }
        return sqlState.hasPrefix("08") || sqlState.hasPrefix("57P")
    }

    /// Whether the server has answered that the statement changed nothing.
    ///
    /// It is false if the server went away during the statement, or does not know the outcome itself.
    var leavesNoDoubt: Bool {
        if isWithoutEffect { return true }
        guard let sqlState else { return false }
        return !sqlState.hasPrefix("57P") && !sqlState.hasPrefix("08") && sqlState != "40003"
    }

    /// What was prepared can no longer be used as it was.
    var endsStatements: Bool { sqlState == "26000" || sqlState == "0A000" }

    var isUniqueViolation: Bool { sqlState == "23505" }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }.joined(separator: "; ")
    }
}
