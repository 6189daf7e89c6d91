/// Maps accounts to the machines of a Citus cluster that hold them.
///
/// Citus assigns a range of 32-bit hashes to each shard, and hashes the ``AccountKey`` of each account. So a node can
/// find an account's machine without a query, even while machines do not run.
struct ShardMap: Sendable, Equatable {
    struct Shard: Sendable, Equatable {
        /// The range of the hashes of the accounts in the shard.
        let hashes: ClosedRange<Int32>
        /// The host and port of the machine.
        let machine: String
    }

    /// The shards in ascending order of their hashes.
    private let shards: [Shard]
    /// The machines that hold a shard, in order of their names, each with a number.
    ///
    /// An account with this number as its key would be on this machine. The numbers are below 65,536. The key of a real
    /// account is below 65,536 with a probability of 1 in 2^48.
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

    /// Returns the machine that holds an account; nil if no shard of the map holds the account.
    ///
    /// Cost: logarithmic in the number of shards.
    func machine(of account: AccountKey) -> String? {
        Self.shard(of: account.value, in: shards)?.machine
    }

    /// Returns the lower bound of the hashes of the account's shard, which identifies the shard.
    ///
    /// Returns nil if no shard of the map holds the account.
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

    /// Computes PostgreSQL's `hashint8`: mixes the two halves of the number with the final step of Bob Jenkins'
    /// `lookup3`.
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

    /// Reads the map from tables that every machine of the cluster has, so that no other machine must answer.
    static func read(_ connection: Connection) throws(DatabaseError) -> ShardMap {
        let rows = try connection.run(statement)
        var shards: [Shard] = []
        for row in 0..<rows.count {
            guard let low = Int32(rows.text(row, 0)), let high = Int32(rows.text(row, 1)), low <= high else {
                throw .foreign("a shard without a range of hashes")
            }
            shards.append(Shard(hashes: low...high, machine: "\(rows.text(row, 2)):\(rows.text(row, 3))"))
        }
        return ShardMap(shards)
    }
}
