/// The properties in which database engines differ.
///
/// Every choice of this store that depends on the engine is a property of this type.
///
/// A session finds out at its start which engine answers it. The store has run on PostgreSQL and on Citus. The dialects
/// of CockroachDB and YugabyteDB follow their documentation, and the store has not run on them.
struct Dialect: Sendable, Hashable {
    enum Engine: String, Sendable {
        case postgres = "PostgreSQL"
        case citus = "Citus"
        case cockroach = "CockroachDB"
        case yugabyte = "YugabyteDB"
    }

    /// The way in which the store writes a group of taggings.
    enum GroupForm: Sendable, Hashable {
        /// One statement, which is a transaction of its own and takes one round trip.
        case oneStatement
        /// A transaction of two round trips.
        ///
        /// The first round trip changes followers and returns them. The second inserts ``Flips``. Citus can send a WITH
        /// of SELECT, UPDATE and DELETE to one machine, but never a WITH that holds an INSERT.
        case twoSteps
    }

    let engine: Engine
    /// The settings that each session needs only on this engine.
    let sessionSettings: [String]
    /// The settings of the database role, which also reach the machines that a coordinator asks.
    let roleSettings: [(name: String, value: String)]
    let groups: GroupForm
    /// The statements that limit each later wait for a lock to one millisecond. Nil if the engine has no such limit.
    ///
    /// An optimistic write of a group needs this limit. Without the limit, the write would wait for the calls of other
    /// nodes.
    let waitShortly: [Statement]?
    /// The statement that undoes ``waitShortly``. Nil if the end of the transaction undoes ``waitShortly``.
    let waitAgain: Statement?
    /// The words in a column's declaration that make the engine compare the column's values byte by byte.
    let byteOrder: String
    /// Whether the engine spreads accounts over machines, so that one machine can fail while the others work.
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

    // Every statement must find its rows by an index, even if the engine plans it with wrong statistics. The statement
    // must join the rows with its parameters by a hash. If the engine plans a nested loop while a table is small, the
    // loop later scans all rows for each parameter.
    private static let planner = [
        (name: "enable_seqscan", value: "off"), (name: "enable_bitmapscan", value: "off"),
        (name: "enable_nestloop", value: "off"), (name: "enable_mergejoin", value: "off"), (name: "jit", value: "off"),
    ]

    static let postgres = Dialect(
        .postgres,
        sessionSettings: ["plan_cache_mode = force_generic_plan"] + planner.map { "\($0.name) = \($0.value)" },
        groups: .oneStatement, waitShortly: [Statement("wait shortly", "SET lock_timeout = 1")],
        waitAgain: Statement("wait again", "SET lock_timeout = 0"))

    /// - Citus gives an infinite cost to the generic plan of every statement except the simplest, and refuses a forced
    ///   generic plan.
    /// - Settings of a session never reach the machines behind the coordinator, but settings of the role reach them.
    /// - A session waits one second, instead of thirty, for a machine that does not answer.
    static let citus = Dialect(
        .citus, sessionSettings: ["plan_cache_mode = auto", "citus.node_connection_timeout = 1000"],
        roleSettings: planner, groups: .twoSteps,
        waitShortly: [
            Statement("pass settings on", "SET LOCAL citus.propagate_set_commands = 'local'"),
            Statement("wait shortly here", "SET LOCAL lock_timeout = 1"),
        ], waitAgain: nil, isSpread: true)

    /// This dialect follows the documentation, and the store has not run with it. CockroachDB compares texts byte by
    /// byte and refuses a column with `COLLATE "C"`.
    static let cockroach = Dialect(
        .cockroach, sessionSettings: [], groups: .oneStatement,
        waitShortly: [Statement("wait shortly", "SET lock_timeout = 1")],
        waitAgain: Statement("wait again", "SET lock_timeout = 0"), byteOrder: "")

    /// This dialect follows the documentation, and the store has not run with it. In YugabyteDB `lock_timeout` does not
    /// end a wait for a row, so the store never writes groups optimistically.
    static let yugabyte = Dialect(
        .yugabyte, sessionSettings: [], groups: .oneStatement, waitShortly: nil, waitAgain: nil)

    // MARK: Finding the dialect

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

    /// Returns whether a COPY failed because a row with the same key exists.
    ///
    /// Citus passes on the message of a machine but not its SQLSTATE. So this function looks in the message for
    /// `_pkey`, the end of a primary key's name. This end is the same in every language.
    func isTwice(_ error: DatabaseError) -> Bool {
        error.isUniqueViolation
            || engine == .citus && error.sqlState == "XX000" && error.description.contains("_pkey")
    }

    /// Whether PostgreSQL's durability settings have the same meaning in this engine.
    var hasDurabilitySettings: Bool { engine == .postgres || engine == .citus }
}
