/// A change that the writer decides and writes on its own. Taggings, in contrast, are claimed first and then written in
/// groups.
///
/// A change is decided against a world, and nothing else changes accounts or tags until it has been applied.
protocol StoreChange: Sendable {
    /// The answer to the caller once the change is on disk.
    associatedtype Answer: Sendable

    /// Whether there is nothing to write. The caller then gets the answer at once.
    var isEmpty: Bool { get }
    var answer: Answer { get }

    /// Adds what the change writes to disk to `transaction`.
    ///
    /// - Parameter sequence: the sequence of the journal record, if the change writes one.
    func write(into transaction: inout DiskTransaction, sequence: Int64, world: World)

    /// Applies the change, which is on disk, to the state. This makes it visible to readers.
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
