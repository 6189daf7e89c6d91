/// The place of a call's content in the spill file, counted as if the file grew without end.
struct SpillPlace: Sendable, Hashable {
    let start: Int
    let length: Int
}
