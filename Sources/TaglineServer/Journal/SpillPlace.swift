/// The place of a call's content in the spill file, counted as if the file had no end and never began again.
struct SpillPlace: Sendable, Hashable {
    let start: Int
    let length: Int
}
