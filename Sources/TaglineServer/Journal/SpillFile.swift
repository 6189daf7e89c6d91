import Foundation

/// Writes and reads bytes at offsets of the file of a ``CallSpill`` or an ``ImportSpool``. Tests use a type whose
/// functions fail.
protocol SpillFile: Sendable {
    /// The space of the disk on which the file is; nil if the system does not report it.
    var diskSpace: DiskSpace? { get }

    /// Writes `bytes` at `offset`. The system may write only the first part of `bytes` at once. Returns the number of
    /// bytes that the system has written.
    func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(SpillFailure) -> Int

    /// Returns `count` bytes from `offset` on, or fewer where the file ends.
    func read(_ count: Int, at offset: Int) throws(SpillFailure) -> [UInt8]

    /// Empties the file, and so frees its space on the disk.
    func removeAll()
}
