import Foundation

/// The file under a ``CallSpill`` or an ``ImportSpool``: bytes at offsets. Tests use one that fails.
protocol SpillFile: Sendable {
    /// The space of the disk on which the file is; nil if the system does not tell it.
    var diskSpace: DiskSpace? { get }

    /// Writes the first of `bytes` at `offset`, and as many of the next ones as the system takes at once. Returns their
    /// number.
    func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(SpillFailure) -> Int

    /// Returns `count` bytes from `offset` on, or fewer where the file ends.
    func read(_ count: Int, at offset: Int) throws(SpillFailure) -> [UInt8]

    /// Empties the file, and so frees its space on the disk.
    func removeAll()
}
