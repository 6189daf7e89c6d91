import OfficialAccount

/// One record of the journal: the changes of one transaction, in order. See `docs/file-format.md`.
///
/// Integers are little-endian. Every change begins with a byte that says which it is.
enum JournalRecord {
    enum Change {
        case tagging(ClaimedTagging)
        case followers(FollowerChange)
    }

    fileprivate enum Kind: UInt8 {
        case tagging = 1
        case followers = 2
    }
}

/// Writes a record.
struct JournalRecordWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ tagging: ClaimedTagging) {
        bytes.append(JournalRecord.Kind.tagging.rawValue)
        append(tagging.account)
        bytes.append(tagging.slot)
        append(tagging.ordinals)
    }

    mutating func append(_ change: FollowerChange) {
        bytes.append(JournalRecord.Kind.followers.rawValue)
        append(change.account)
        append(change.since)
        append(change.firstOrdinal)
        append(UInt32(change.arrived.count))
        for openID in change.arrived {
            append(openID.words.0)
            append(openID.words.1)
            append(openID.words.2)
        }
        append(change.returned)
        append(change.left)
    }

    private mutating func append(_ ordinals: [Ordinal]) {
        append(UInt32(ordinals.count))
        bytes.reserveCapacity(bytes.count + ordinals.count * 4)
        for ordinal in ordinals { append(ordinal) }
    }

    private mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Reads a record change by change.
struct JournalRecordReader {
    private var cursor: ByteCursor

    init(_ bytes: UnsafeRawBufferPointer) {
        cursor = ByteCursor(bytes)
    }

    /// The next change, nil at the end of the record.
    mutating func next() throws(DamagedFile) -> JournalRecord.Change? {
        guard !cursor.isAtEnd else { return nil }
        switch JournalRecord.Kind(rawValue: try cursor.read(UInt8.self)) {
        case .tagging:
            return .tagging(
                ClaimedTagging(
                    account: try cursor.read(UInt32.self), slot: try cursor.read(UInt8.self),
                    ordinals: try readOrdinals()))
        case .followers:
            return .followers(try readFollowerChange())
        case nil:
            throw DamagedFile("the journal holds a change of an unknown kind")
        }
    }

    private mutating func readFollowerChange() throws(DamagedFile) -> FollowerChange {
        let account = try cursor.read(UInt32.self)
        let since = try cursor.read(UInt32.self)
        var change = FollowerChange(account: account, firstOrdinal: try cursor.read(UInt32.self))
        change.since = since
        for _ in 0..<(try cursor.readCount(of: 24)) {
            let words = (
                try cursor.read(UInt64.self), try cursor.read(UInt64.self), try cursor.read(UInt64.self)
            )
            guard let openID = OpenID(words: words) else { throw DamagedFile("the journal holds an impossible openid") }
            change.arrived.append(openID)
        }
        change.returned = try readOrdinals()
        change.left = try readOrdinals()
        return change
    }

    private mutating func readOrdinals() throws(DamagedFile) -> [Ordinal] {
        let count = try cursor.readCount(of: 4)
        var ordinals: [Ordinal] = []
        ordinals.reserveCapacity(count)
        for _ in 0..<count { ordinals.append(try cursor.read(UInt32.self)) }
        return ordinals
    }
}
