import Foundation
import GRDB
import OfficialAccount
import TagStore

struct AccountRow: SealedRow {
    static let databaseTableName = "account"
    static let keyColumns = ["number"]

    let number: AccountNumber
    let account: Account
    let nextTagID: TagID

    init(number: AccountNumber, account: Account, nextTagID: TagID) {
        self.number = number
        self.account = account
        self.nextTagID = nextTagID
    }

    init(sealed row: Row) throws(DamagedFile) {
        number = try row.sealed("number")
        guard
            let kind = Account.Kind(rawValue: try row.sealed("kind")),
            let secret = Fingerprint(try row.sealed("secret") as Data)
        else { throw DamagedFile("an account holds impossible values") }
        let addresses: String = try row.sealed("addresses")
        account = Account(
            appID: AppID(try row.sealed("appid")), kind: kind, isCertified: try row.sealed("certified"), secret: secret,
            isSecretFrozen: try row.sealed("secret_frozen"), isFrozen: try row.sealed("frozen"),
            allowedAddresses: addresses.split(separator: " ").map(String.init),
            limits: try row.sealedJSON("limits"), quotas: try row.sealedJSON("quotas"))
        nextTagID = TagID(try row.sealed("next_tag_id"))
    }

    var fields: [(column: String, value: DatabaseValue)] {
        [
            ("number", number.databaseValue),
            ("appid", account.appID.rawValue.databaseValue),
            ("kind", account.kind.rawValue.databaseValue),
            ("certified", account.isCertified.databaseValue),
            ("secret", Data(account.secret.bytes).databaseValue),
            ("secret_frozen", account.isSecretFrozen.databaseValue),
            ("frozen", account.isFrozen.databaseValue),
            ("addresses", account.allowedAddresses.joined(separator: " ").databaseValue),
            ("limits", JSONColumn.text(account.limits).databaseValue),
            ("quotas", JSONColumn.text(account.quotas).databaseValue),
            ("next_tag_id", nextTagID.rawValue.databaseValue),
        ]
    }
}

struct TagRow: SealedRow {
    static let databaseTableName = "tag"
    static let keyColumns = ["account", "id"]

    let account: AccountNumber
    let entry: TagTable.Entry

    init(account: AccountNumber, entry: TagTable.Entry) {
        self.account = account
        self.entry = entry
    }

    init(sealed row: Row) throws(DamagedFile) {
        account = try row.sealed("account")
        entry = TagTable.Entry(
            id: TagID(try row.sealed("id")), name: try row.sealed("name"), slot: try row.sealed("slot"))
    }

    var fields: [(column: String, value: DatabaseValue)] {
        [
            ("account", account.databaseValue),
            ("id", entry.id.rawValue.databaseValue),
            ("name", entry.name.databaseValue),
            ("slot", entry.slot.databaseValue),
        ]
    }
}

/// A remark about a follower. An empty remark means that the follower has no remark.
struct RemarkRow: SealedRow {
    static let databaseTableName = "remark"
    static let keyColumns = ["account", "ordinal"]

    let account: AccountNumber
    let ordinal: Ordinal
    let remark: String

    init(account: AccountNumber, ordinal: Ordinal, remark: String) {
        self.account = account
        self.ordinal = ordinal
        self.remark = remark
    }

    init(sealed row: Row) throws(DamagedFile) {
        account = try row.sealed("account")
        ordinal = try row.sealed("ordinal")
        remark = try row.sealed("remark")
    }

    var fields: [(column: String, value: DatabaseValue)] {
        [
            ("account", account.databaseValue), ("ordinal", ordinal.databaseValue),
            ("remark", remark.databaseValue),
        ]
    }
}

/// A third-party platform with all its data.
struct ComponentRow: SealedRow {
    static let databaseTableName = "platform"
    static let keyColumns = ["number"]

    /// The number of the third-party platform, from 0, in the order of creation.
    let number: Int
    let component: Component

    init(number: Int, component: Component) {
        self.number = number
        self.component = component
    }

    init(sealed row: Row) throws(DamagedFile) {
        number = try row.sealed("number")
        component = try row.sealedJSON("platform")
    }

    var fields: [(column: String, value: DatabaseValue)] {
        [("number", number.databaseValue), ("platform", JSONColumn.text(component).databaseValue)]
    }
}

/// A grant with all its data: what an account allows a third-party platform to do.
struct GrantRow: SealedRow {
    static let databaseTableName = "authorization"
    static let keyColumns = ["number"]

    /// The number of the grant, from 0, in the order in which accounts first made the grants.
    let number: Int
    let grant: Grant

    init(number: Int, grant: Grant) {
        self.number = number
        self.grant = grant
    }

    init(sealed row: Row) throws(DamagedFile) {
        number = try row.sealed("number")
        grant = try row.sealedJSON("authorization")
    }

    var fields: [(column: String, value: DatabaseValue)] {
        [("number", number.databaseValue), ("authorization", JSONColumn.text(grant).databaseValue)]
    }
}

struct CounterRow: SealedRow {
    static let databaseTableName = "counter"
    static let keyColumns = ["appid", "name"]

    let counter: CallCounter

    init(counter: CallCounter) {
        self.counter = counter
    }

    init(sealed row: Row) throws(DamagedFile) {
        counter = CallCounter(
            appID: AppID(try row.sealed("appid")), name: try row.sealed("name"), period: try row.sealed("period"),
            count: try row.sealed("count"))
    }

    var fields: [(column: String, value: DatabaseValue)] {
        [
            ("appid", counter.appID.rawValue.databaseValue), ("name", counter.name.databaseValue),
            ("period", counter.period.databaseValue), ("count", counter.count.databaseValue),
        ]
    }
}

struct TokenRow: SealedRow {
    static let databaseTableName = "token"
    static let keyColumns = ["fingerprint"]

    let record: TokenRecord

    init(record: TokenRecord) {
        self.record = record
    }

    init(sealed row: Row) throws(DamagedFile) {
        guard
            let fingerprint = Fingerprint(try row.sealed("fingerprint") as Data),
            let kind = TokenKind(rawValue: try row.sealed("kind"))
        else { throw DamagedFile("a token holds impossible values") }
        record = TokenRecord(
            fingerprint: fingerprint,
            appID: AppID(try row.sealed("appid")),
            kind: kind,
            salt: [UInt8](try row.sealed("salt") as Data),
            issuedAt: UnixTime(seconds: try row.sealed("issued_at")),
            expiresAt: UnixTime(seconds: try row.sealed("expires_at")),
            worksUntil: (try row.sealedIfPresent("works_until")).map(UnixTime.init(seconds:)),
            forcedRefreshes: ForcedRefreshes(
                day: try row.sealed("forced_day"), count: try row.sealed("forced_count"),
                last: (try row.sealedIfPresent("forced_last")).map(UnixTime.init(seconds:))))
    }

    var fields: [(column: String, value: DatabaseValue)] {
        [
            ("fingerprint", Data(record.fingerprint.bytes).databaseValue),
            ("appid", record.appID.rawValue.databaseValue),
            ("kind", record.kind.rawValue.databaseValue),
            ("salt", Data(record.salt).databaseValue),
            ("issued_at", record.issuedAt.seconds.databaseValue),
            ("expires_at", record.expiresAt.seconds.databaseValue),
            ("works_until", record.worksUntil?.seconds.databaseValue ?? .null),
            ("forced_day", record.forcedRefreshes.day.databaseValue),
            ("forced_count", record.forcedRefreshes.count.databaseValue),
            ("forced_last", record.forcedRefreshes.last?.seconds.databaseValue ?? .null),
        ]
    }
}

/// One saved half of a chunk of followers: identities or words.
struct ChunkRow<Half: ChunkHalf>: SealedRow {
    static var databaseTableName: String { Half.tableName }
    static var keyColumns: [String] { ["account", "chunk"] }

    let account: AccountNumber
    let chunk: Int
    let bytes: Data

    init(account: AccountNumber, chunk: Int, bytes: Data) {
        self.account = account
        self.chunk = chunk
        self.bytes = bytes
    }

    init(sealed row: Row) throws(DamagedFile) {
        account = try row.sealed("account")
        chunk = try row.sealed("chunk")
        bytes = try row.sealed("bytes")
    }

    var fields: [(column: String, value: DatabaseValue)] {
        [("account", account.databaseValue), ("chunk", chunk.databaseValue), ("bytes", bytes.databaseValue)]
    }
}

protocol ChunkHalf: Sendable {
    static var tableName: String { get }
}

enum Identities: ChunkHalf {
    static let tableName = "follower_chunk"
}

enum TagWords: ChunkHalf {
    static let tableName = "word_chunk"
}

/// The sequence of the last journal record that the saved chunks contain.
struct CheckpointRow: SealedRow {
    static let databaseTableName = "checkpoint"
    static let keyColumns = ["id"]

    let cut: Int64

    init(cut: Int64) {
        self.cut = cut
    }

    init(sealed row: Row) throws(DamagedFile) {
        cut = try row.sealed("cut")
    }

    var fields: [(column: String, value: DatabaseValue)] {
        [("id", 1.databaseValue), ("cut", cut.databaseValue)]
    }
}

/// A journal record, which holds the changes of one transaction.
struct JournalRow: SealedRow {
    static let databaseTableName = "journal"
    static let keyColumns = ["sequence"]
    /// Aborts if a record with the same sequence exists already. Another process has written that record, and the store
    /// must not overwrite it.
    static let persistenceConflictPolicy = PersistenceConflictPolicy(insert: .abort, update: .abort)

    let sequence: Int64
    let record: Data

    init(sequence: Int64, record: Data) {
        self.sequence = sequence
        self.record = record
    }

    init(sealed row: Row) throws(DamagedFile) {
        sequence = try row.sealed("sequence")
        record = try row.sealed("record")
    }

    var fields: [(column: String, value: DatabaseValue)] {
        [("sequence", sequence.databaseValue), ("record", record.databaseValue)]
    }

    private static let insertion: String = {
        let columns = JournalRow(sequence: 0, record: Data()).fields.map(\.column) + ["seal"]
        let places = columns.map { _ in "?" }
        return "INSERT INTO \(databaseTableName) (\(columns.joined(separator: ", "))) "
            + "VALUES (\(places.joined(separator: ", ")))"
    }()

    /// Adds the record to the journal. Throws a `DatabaseError` if the journal has a record with the same sequence.
    ///
    /// Nearly every commit calls this method. So this method uses a statement that is compiled once. GRDB's `insert`
    /// would make the SQL at each call. That takes as long as all of SQLite's own work.
    func append(_ db: Database) throws {
        let fields = fields
        let values = fields.map(\.value) + [Self.seal(of: fields).databaseValue]
        try db.cachedStatement(sql: Self.insertion).execute(arguments: StatementArguments(values))
    }
}

/// The total of another table's rows.
struct TotalRow: SealedRow {
    static let databaseTableName = "row_total"
    static let keyColumns = ["name"]

    /// The name of the other table; empty for the row that holds the generation of ``TableTotals``.
    let name: String
    let total: RowTotal

    init(name: String, total: RowTotal) {
        self.name = name
        self.total = total
    }

    init(sealed row: Row) throws(DamagedFile) {
        name = try row.sealed("name")
        total = RowTotal(count: try row.sealed("count"), sum: try RowTotal.number(try row.sealed("sum")))
    }

    var fields: [(column: String, value: DatabaseValue)] {
        [("name", name.databaseValue), ("count", total.count.databaseValue), ("sum", total.bytes.databaseValue)]
    }
}
