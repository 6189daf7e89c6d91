import Foundation

/// The file under a ``CallSpill`` or an ``ImportSpool``: bytes at offsets. Tests use a file that fails.
protocol SpillFile: Sendable {
    /// The space of the disk on which the file is; nil if the system does not report it.
    var diskSpace: DiskSpace? { get }

    /// Writes `bytes` at `offset`. The system may accept only the first part of them at once. Returns the number of
    /// bytes written.
    func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(SpillFailure) -> Int

    /// Returns `count` bytes from `offset` on, or fewer where the file ends.
    func read(_ count: Int, at offset: Int) throws(SpillFailure) -> [UInt8]

    /// Empties the file, and so frees its space on the disk.
    func removeAll()
}
