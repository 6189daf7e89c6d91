/// What a snapshot of a sandbox holds.
public struct SnapshotInfo: Codable, Sendable, Hashable {
    public var name: String
    /// The only account in it; nil for all of them.
    public var account: String?
    public var accounts: Int
    public var followers: Int
    /// When it was taken, in Unix seconds of the sandbox.
    public var time: Int64

    public init(name: String, account: String?, accounts: Int, followers: Int, time: Int64) {
        self.name = name
        self.account = account
        self.accounts = accounts
        self.followers = followers
        self.time = time
    }
}

public struct SnapshotList: Codable, Sendable, Hashable {
    public var snapshots: [SnapshotInfo]

    public init(snapshots: [SnapshotInfo]) {
        self.snapshots = snapshots
    }
}

/// What a reset, a snapshot or an imported state has put in place.
public struct AccountsInPlace: Codable, Sendable, Hashable {
    /// The appids of the accounts that are there now because of it.
    public var accounts: [String]

    public init(accounts: [String]) {
        self.accounts = accounts
    }
}

/// The time of a sandbox.
public struct ClockReading: Codable, Sendable, Hashable {
    /// In Unix seconds.
    public var now: Int64
    /// Whether it stands still; nil for a clock that runs.
    public var frozen: Bool?

    public init(now: Int64, isFrozen: Bool) {
        self.now = now
        frozen = isFrozen ? true : nil
    }
}
