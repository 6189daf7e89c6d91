/// Why a command cannot write the list of refused followers.
package enum RejectsFailure: Error, Equatable, CustomStringConvertible {
    case unwritable(String)
    /// Writing failed in the middle of the list, for example because the disk is full.
    case brokenOff(String)

    package var description: String {
        switch self {
        case .unwritable(let path): "\(path) cannot be written; name another place with --rejects"
        case .brokenOff(let path): "\(path) cannot be written; check the disk, or name another place with --rejects"
        }
    }
}
