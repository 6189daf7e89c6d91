/// A chunk as it was read from disk, which may be handed from thread to thread.
struct LoadedChunk: Sendable {
    let memory: ChunkMemory
    let count: Int
    private(set) var hidden: TagWord = 0
    private(set) var following = 0
    private(set) var blacklisted = 0

    /// - Parameter memory: holds `count` followers; what else is known of them is counted here.
    init(_ memory: ChunkMemory, count: Int) {
        self.memory = memory
        self.count = count
        let view = memory.view
        for index in 0..<count {
            let flags = view.flags[index]
            if flags.contains(.following) {
                following += 1
                view.words[index].forEachSlot { view.carriers[Int($0)] += 1 }
            } else {
                hidden |= view.words[index]
            }
            if flags.contains(.blacklisted) { blacklisted += 1 }
        }
    }
}
