/// Why a command cannot write the list of refused followers.
package enum RejectsFailure: Error, Equatable, CustomStringConvertible {
    case unwritable(String)
    /// Writing failed in the middle of the list, for example because the disk is full.
    case brokenOff(String)
    /// A directory has the name that the list of an earlier run would get.
    case directoryInTheWay(String)
    /// The list of an earlier run cannot be renamed, so it stays. `new` is the path of the new list, which is complete.
    case earlierStays(String, why: String, new: String)

    /// Whether the new list is complete, although it does not have its path.
    package var isListComplete: Bool {
        if case .earlierStays = self { true } else { false }
    }

    package var description: String {
        switch self {
        case .unwritable(let path): "\(path) cannot be written; name another place with --rejects"
        case .brokenOff(let path): "\(path) cannot be written; check the disk, or name another place with --rejects"
        case .directoryInTheWay(let path):
            "\(path) is a directory, so the earlier list could not get this name; rename the directory, or name another place with --rejects"
        case .earlierStays(let path, let why, let new):
            "the earlier list \(path) cannot be renamed to \(path).previous: \(why); the new list is \(new). Rename both, or a later command replaces them"
        }
    }
}
