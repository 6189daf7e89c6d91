/// A change to a store. The writer of the store works out and writes such changes one at a time. Taggings are
/// different: the store first claims their followers, and then the writer writes many taggings as one group.
///
/// The writer works out a change from the present world. Nothing else changes accounts or tags until the writer has
/// applied this change.
protocol StoreChange: Sendable {
    /// The type of the answer, which the caller gets when the change is on disk.
    associatedtype Answer: Sendable

    /// Whether the change has nothing to write. If so, the caller gets the answer at once.
    var isEmpty: Bool { get }
    var answer: Answer { get }

    /// Adds the rows of the change to `transaction`.
    ///
    /// - Parameter sequence: the sequence number of the journal record, if the change writes a journal record.
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
    /// An empty answer, which tells the caller only that the change was made.
    var answer: Void { () }
}
