extension SnapshotInfo: AdminShape {
    package static var examples: [SnapshotInfo] {
        [
            SnapshotInfo(name: "before the test", account: nil, accounts: 3, followers: 1103, time: 1_763_800_000),
            SnapshotInfo(
                name: "one account", account: "wx5ad0c4e6b81f2793", accounts: 1, followers: 1003, time: 1_763_800_000),
        ]
    }
}

extension SnapshotList: AdminShape {
    package static var examples: [SnapshotList] { [SnapshotList(snapshots: SnapshotInfo.examples)] }
}

extension AccountsInPlace: AdminShape {
    package static var examples: [AccountsInPlace] { [AccountsInPlace(accounts: ["wx5ad0c4e6b81f2793"])] }
}

extension ClockReading: AdminShape {
    package static var examples: [ClockReading] {
        [ClockReading(now: 1_763_800_000, isFrozen: false), ClockReading(now: 1_763_800_000, isFrozen: true)]
    }
}

extension Unsteadiness: AdminShape {
    package static var examples: [Unsteadiness] {
        var unsteady = Unsteadiness()
        unsteady.tagVisibleAfter = FaultSpan(.seconds(5))
        unsteady.countsLag = FaultSpan(.seconds(3600))
        unsteady.listLag = FaultSpan(.seconds(10))
        unsteady.openIDCooldown = FaultSpan(.milliseconds(500))
        unsteady.lostSuccess = 0.01
        unsteady.seed = 9
        unsteady.partial = 45171
        return [unsteady]
    }
}
