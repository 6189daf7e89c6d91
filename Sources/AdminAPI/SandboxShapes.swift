/// A snapshot of a sandbox: its name, its time, and the numbers of accounts and followers in it.
package struct SnapshotInfo: Codable, Sendable, Hashable {
    package var name: String
    /// The appid of the only account in the snapshot; nil if the snapshot contains all accounts.
    package var account: String?
    package var accounts: Int
    package var followers: Int
    /// When the sandbox made the snapshot, in Unix seconds of the sandbox's clock.
    package var time: Int64

    package init(name: String, account: String?, accounts: Int, followers: Int, time: Int64) {
        self.name = name
        self.account = account
        self.accounts = accounts
        self.followers = followers
        self.time = time
    }
}

package struct SnapshotList: Codable, Sendable, Hashable {
    package var snapshots: [SnapshotInfo]

    package init(snapshots: [SnapshotInfo]) {
        self.snapshots = snapshots
    }
}

/// The accounts that a server has imported from a file, or that a sandbox has restored by a reset or from a snapshot.
package struct AccountsInPlace: Codable, Sendable, Hashable {
    /// The appids of the imported or restored accounts.
    package var accounts: [String]

    package init(accounts: [String]) {
        self.accounts = accounts
    }
}

/// The time of a sandbox.
package struct ClockReading: Codable, Sendable, Hashable {
    /// The time in Unix seconds.
    package var now: Int64
    /// True if the clock stands still; nil if the clock runs.
    package var frozen: Bool?

    package init(now: Int64, isFrozen: Bool) {
        self.now = now
        frozen = isFrozen ? true : nil
    }
}
