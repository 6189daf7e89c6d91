/// The place of a call's content in the spill file. The place counts bytes as if the file grew without end; see
/// ``SpillSpace``.
struct SpillPlace: Sendable, Hashable {
    let start: Int
    let length: Int
}
