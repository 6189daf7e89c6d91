/// A change that the writer decides and writes one at a time. Taggings, in contrast, are claimed first and then written
/// in groups.
///
/// The writer decides a change against a world. Nothing else changes accounts or tags until the change has been
/// applied.
protocol StoreChange: Sendable {
    /// The answer to the caller once the change is on disk.
    associatedtype Answer: Sendable

    /// Whether there is nothing to write. The caller then gets the answer at once.
    var isEmpty: Bool { get }
    var answer: Answer { get }

    /// Adds the rows of the change to `transaction`.
    ///
    /// - Parameter sequence: the sequence of the journal record, if the change writes one.
    func write(into transaction: inout DiskTransaction, sequence: Int64, world: World)

    /// Applies the change, which is on disk, to the state. This makes the change visible to readers.
    ///
    /// Throws if the change does not fit the world, which only a damaged file can cause.
    func apply(to state: inout StoreState) throws(DamagedFile)
}

extension StoreChange {
    /// False by default: most changes always have something to write.
    var isEmpty: Bool { false }
}

extension StoreChange where Answer == Void {
    /// The caller learns only that the change was made.
    var answer: Void { () }
}
