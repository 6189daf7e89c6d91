/// Which machine of a Citus cluster holds which accounts.
///
/// Citus gives each shard a range of 32-bit hashes and each account the hash of its number, so a node can tell an
/// account's machine without asking, also while machines are down.
struct ShardMap: Sendable, Equatable {
    struct Shard: Sendable, Equatable {
        /// The hashes of its accounts.
        let hashes: ClosedRange<Int32>
        /// Host and port.
        let machine: String
    }

    /// By ascending hashes.
    private let shards: [Shard]
    /// Every machine that holds a shard, each once, in order of its name, with the number of an account it would hold.
    ///
    /// The numbers are small: none is the hash of a real appid, but for an accident of 1 in 2^48.
    let machines: [(name: String, number: Int64)]

    private static let tried: ClosedRange<Int64> = 0...65_535

    init(_ shards: [Shard]) {
        self.shards = shards.sorted { $0.hashes.lowerBound < $1.hashes.lowerBound }
        var missing = Set(shards.map(\.machine))
        var machines: [(name: String, number: Int64)] = []
        for number in Self.tried where !missing.isEmpty {
            guard let name = Self.shard(of: number, in: self.shards)?.machine, missing.remove(name) != nil else {
                continue
            }
            machines.append((name, number))
        }
        self.machines = machines.sorted { $0.name < $1.name }
    }

    static func == (left: ShardMap, right: ShardMap) -> Bool { left.shards == right.shards }

    /// The machine that holds an account; nil if the map has a gap there. Cost: the logarithm of the shards.
    func machine(of account: AccountKey) -> String? {
        Self.shard(of: account.value, in: shards)?.machine
    }

    /// What tells shards apart: the first hash of the account's.
    func shard(of account: AccountKey) -> Int32? {
        Self.shard(of: account.value, in: shards)?.hashes.lowerBound
    }

    private static func shard(of number: Int64, in shards: [Shard]) -> Shard? {
        let hash = hash(of: number)
        var (low, high) = (0, shards.count)
        while low < high {
            let middle = (low + high) / 2
            if shards[middle].hashes.upperBound < hash { low = middle + 1 } else { high = middle }
        }
        guard low < shards.count, shards[low].hashes.contains(hash) else { return nil }
        return shards[low]
    }

    /// PostgreSQL's `hashint8`: the two halves of the number, mixed as Bob Jenkins' `lookup3` finishes.
    static func hash(of number: Int64) -> Int32 {
        let low = UInt32(truncatingIfNeeded: number)
        let high = UInt32(truncatingIfNeeded: number >> 32)
        let start: UInt32 = 0x9e37_79b9 &+ 4 &+ 3_923_095
        var (a, b, c) = (start &+ (low ^ (number >= 0 ? high : ~high)), start, start)
        func mix(_ target: inout UInt32, _ source: UInt32, _ bits: UInt32) {
            target = (target ^ source) &- (source << bits | source >> (32 - bits))
        }
        mix(&c, b, 14)
        mix(&a, c, 11)
        mix(&b, a, 25)
        mix(&c, b, 16)
        mix(&a, c, 4)
        mix(&b, a, 14)
        mix(&c, b, 24)
        return Int32(bitPattern: c)
    }
}

extension ShardMap {
    private static let statement = Statement(
        "shards",
        """
        SELECT shard.shardminvalue, shard.shardmaxvalue, node.nodename, node.nodeport
        FROM pg_dist_shard AS shard JOIN pg_dist_placement AS placement ON placement.shardid = shard.shardid
        JOIN pg_dist_node AS node ON node.groupid = placement.groupid
        WHERE shard.logicalrelid = to_regclass('account') AND node.noderole = 'primary' AND placement.shardstate = 1
        """)

    /// Reads the map from what every machine of the cluster knows. No other machine is asked.
    static func read(_ connection: Connection) throws(DatabaseError) -> ShardMap {
        let rows = try connection.run(statement)
        var shards: [Shard] = []
        for row in 0..<rows.count {
            guard let low = Int32(rows.text(row, 0)), let high = Int32(rows.text(row, 1)), low <= high else {
                throw .foreign("a shard has no range of hashes")
            }
            shards.append(Shard(hashes: low...high, machine: "\(rows.text(row, 2)):\(rows.text(row, 3))"))
        }
        return ShardMap(shards)
    }
}
