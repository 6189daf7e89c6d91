/// A chunk of followers that the store has read from disk. One thread can pass the chunk to another thread.
struct LoadedChunk: Sendable {
    let memory: ChunkMemory
    let count: Int
    private(set) var hidden: TagWord = 0
    private(set) var following = 0
    private(set) var blacklisted = 0

    /// - Parameter memory: holds `count` followers. This initialiser computes the other properties from these
    ///   followers.
    init(_ memory: ChunkMemory, count: Int) {
        self.memory = memory
        self.count = count
        let view = memory.view
        for index in 0..<count {
            let (word, flags) = (view.followers[index].word, view.followers[index].flags)
            if flags.contains(.following) {
                following += 1
                word.forEachSlot { view.carriers[Int($0)] += 1 }
            } else {
                hidden |= word
            }
            if flags.contains(.blacklisted) { blacklisted += 1 }
        }
    }
}
