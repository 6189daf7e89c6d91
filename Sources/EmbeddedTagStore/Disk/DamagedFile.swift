/// A file that is not what was written: it is refused as a whole, never loaded in part.
struct DamagedFile: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
