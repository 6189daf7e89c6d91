/// The space of a disk in bytes.
struct DiskSpace: Sendable, Equatable {
    /// The space that is free for this process.
    let free: Int
    /// The space of the whole disk.
    let whole: Int

    /// Whether the journal must leave the free space to the store.
    ///
    /// This is so if less than a twentieth of the disk is free. The twentieth counts as at least 64 MiB and at most
    /// 1 GiB.
    var isScarce: Bool { free < max(64 << 20, min(whole / 20, 1 << 30)) }

    /// Returns whether the store has room for `bytes` and still keeps a twentieth of the disk free, at most 1 GiB.
    func hasRoom(for bytes: Int) -> Bool { free - min(whole / 20, 1 << 30) >= bytes }
}
