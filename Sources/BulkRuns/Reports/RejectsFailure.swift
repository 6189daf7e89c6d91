/// Why the list of refused followers is not written.
package enum RejectsFailure: Error, Equatable, CustomStringConvertible {
    case unwritable(String)
    /// Writing failed part of the way, such as on a full disk.
    case brokenOff(String)

    package var description: String {
        switch self {
        case .unwritable(let path): "\(path) cannot be written; name another place with --rejects"
        case .brokenOff(let path): "\(path) cannot be written; check the disk, or name another place with --rejects"
        }
    }
}
