/// The space of a disk in bytes.
struct DiskSpace: Sendable, Equatable {
    /// The space that is free for this process.
    let free: Int
    /// The space of the whole disk.
    let whole: Int

    /// Whether the journal must leave the free space to the store.
    ///
    /// The journal must do this if less than a twentieth of the disk is free. The twentieth counts as at least 64 MiB
    /// and at most 1 GiB.
    var isScarce: Bool { free < max(64 << 20, min(whole / 20, 1 << 30)) }

    /// Returns whether the disk keeps a twentieth of its space free after the store has written `bytes`. The twentieth
    /// counts as at most 1 GiB.
    func hasRoom(for bytes: Int) -> Bool { free - min(whole / 20, 1 << 30) >= bytes }
}
