/// The content of a file differs from what the store wrote. The store refuses the whole file, and never loads a part of
/// it.
struct DamagedFile: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
