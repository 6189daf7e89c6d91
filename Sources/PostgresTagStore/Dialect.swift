/// What an engine does differently. Everything in this store that depends on the engine is a property here, and stands
/// in this file.
///
/// A session finds out at its start which engine answers it. PostgreSQL and Citus were run; CockroachDB and YugabyteDB
/// were read about, not run.
struct Dialect: Sendable, Hashable {
    enum Engine: String, Sendable {
        case postgres = "PostgreSQL"
        case citus = "Citus"
        case cockroach = "CockroachDB"
        case yugabyte = "YugabyteDB"
    }

    /// How a group of taggings is written.
    enum GroupForm: Sendable, Hashable {
        /// Everything in one statement, which is a transaction of its own: one round trip.
        case oneStatement
        /// A transaction of two round trips: followers are changed and reported, then what that means is inserted.
        ///
        /// Citus sends a WITH to one machine if it holds SELECT, UPDATE and DELETE, never if it holds an INSERT.
        case twoSteps
    }

    let engine: Engine
    /// Settings of each session, beyond those that every engine gets.
    let sessionSettings: [String]
    /// Settings of the role in its database, which reach the machines that a coordinator asks.
    let roleSettings: [(name: String, value: String)]
    let groups: GroupForm
    /// Keeps the statements behind it from waiting for a lock for more than a millisecond; nil where an engine cannot.
    ///
    /// The optimistic form of a group needs it: without it, it would wait for the calls of other nodes.
    let waitShortly: [Statement]?
    /// Takes ``waitShortly`` back; nil where the end of the transaction does.
    let waitAgain: Statement?
    /// How a column is declared whose values are compared byte by byte.
    let byteOrder: String
    /// Whether accounts are spread over machines that can fail one by one.
    let isSpread: Bool

    static func == (left: Dialect, right: Dialect) -> Bool { left.engine == right.engine }

    func hash(into hasher: inout Hasher) { hasher.combine(engine) }

    private init(
        _ engine: Engine, sessionSettings: [String], roleSettings: [(name: String, value: String)] = [],
        groups: GroupForm, waitShortly: [Statement]?, waitAgain: Statement?, byteOrder: String = #"COLLATE "C""#,
        isSpread: Bool = false
    ) {
        self.engine = engine
        self.sessionSettings = sessionSettings
        self.roleSettings = roleSettings
        self.groups = groups
        self.waitShortly = waitShortly
        self.waitAgain = waitAgain
        self.byteOrder = byteOrder
        self.isSpread = isSpread
    }

    // Every statement here finds its rows by an index, whatever the statistics say on the day it is planned, and joins
    // them with what it was given by a hash: a nested loop that is planned while there are few rows goes through all of
    // them for each.
    private static let planner = [
        (name: "enable_seqscan", value: "off"), (name: "enable_bitmapscan", value: "off"),
        (name: "enable_nestloop", value: "off"), (name: "enable_mergejoin", value: "off"), (name: "jit", value: "off"),
    ]

    static let postgres = Dialect(
        .postgres,
        sessionSettings: ["plan_cache_mode = force_generic_plan"] + planner.map { "\($0.name) = \($0.value)" },
        groups: .oneStatement, waitShortly: [Statement("wait shortly", "SET lock_timeout = 1")],
        waitAgain: Statement("wait again", "SET lock_timeout = 0"))

    /// - A generic plan of anything but the simplest statement is priced at infinity by Citus, and refused when it is
    ///   forced.
    /// - Settings of a session never reach the machines behind the coordinator. Those of the role do.
    /// - A machine that is gone is given up after a second instead of thirty.
    static let citus = Dialect(
        .citus, sessionSettings: ["plan_cache_mode = auto", "citus.node_connection_timeout = 1000"],
        roleSettings: planner, groups: .twoSteps,
        waitShortly: [
            Statement("pass settings on", "SET LOCAL citus.propagate_set_commands = 'local'"),
            Statement("wait shortly here", "SET LOCAL lock_timeout = 1"),
        ], waitAgain: nil, isSpread: true)

    /// Read, not run. Texts are compared byte by byte there, and a column with `COLLATE "C"` is refused.
    static let cockroach = Dialect(
        .cockroach, sessionSettings: [], groups: .oneStatement,
        waitShortly: [Statement("wait shortly", "SET lock_timeout = 1")],
        waitAgain: Statement("wait again", "SET lock_timeout = 0"), byteOrder: "")

    /// Read, not run. Waits for rows do not end by lock_timeout there, so groups are never written optimistically.
    static let yugabyte = Dialect(
        .yugabyte, sessionSettings: [], groups: .oneStatement, waitShortly: nil, waitAgain: nil)

    // MARK: Which one it is

    /// - Parameters:
    ///   - version: what `version()` returns.
    ///   - isDistributed: whether Citus spreads the tables.
    init(version: String, isDistributed: Bool) {
        self =
            if version.hasPrefix("CockroachDB") {
                .cockroach
            } else if version.contains("-YB-") {
                .yugabyte
            } else if isDistributed {
                .citus
            } else {
                .postgres
            }
    }

    /// Whether a COPY failed because a row with the same key exists.
    ///
    /// Citus passes on the message of a machine but not its SQLSTATE. So this looks for the name of the key, which is
    /// the same in every language.
    func isTwice(_ error: DatabaseError) -> Bool {
        error.isUniqueViolation
            || engine == .citus && error.sqlState == "XX000" && error.description.contains("_pkey")
    }

    /// Whether settings that PostgreSQL has for durability mean the same here.
    var hasDurabilitySettings: Bool { engine == .postgres || engine == .citus }
}
