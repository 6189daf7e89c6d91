/// A statement that each connection prepares once, when it first uses the statement.
struct Statement: Sendable, Hashable {
    /// The name of the prepared statement on the server.
    let name: String
    let sql: String

    init(_ name: String, _ sql: String) {
        self.name = name
        self.sql = sql
    }

    static func == (left: Statement, right: Statement) -> Bool { left.name == right.name }

    func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// A statement with the values for $1, $2 and so on.
struct Request: Sendable {
    let statement: Statement
    let parameters: [Parameter]

    init(_ statement: Statement, _ parameters: [Parameter] = []) {
        self.statement = statement
        self.parameters = parameters
    }
}
