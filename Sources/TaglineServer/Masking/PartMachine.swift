/// Finds the texts of a list in the bytes of another text, in upper or lower case, with one step for each byte.
///
/// This is the automaton of Aho and Corasick. Its state is the longest ending of the bytes so far that is also the
/// beginning of a text in the list.
struct PartMachine: Sendable {
    /// The texts as a tree. The number of a node is a state.
    private struct Tree {
        var children: [[UInt8: Int]] = [[:]]
        var isEnd = [false]

        mutating func add(_ text: String) {
            var state = 0
            for byte in text.utf8 {
                if children[state][byte] == nil {
                    children[state][byte] = children.count
                    children.append([:])
                    isEnd.append(false)
                }
                state = children[state][byte] ?? 0
            }
            isEnd[state] = true
        }
    }

    private static let bytes = 256

    /// The state that follows each state after each byte: 256 entries for each state.
    private var steps: [UInt16] = []
    private var ends: [Bool] = []

    /// - Parameter texts: the texts in lower case, at most 65,535 bytes in all.
    init(_ texts: [String]) {
        var tree = Tree()
        for text in texts { tree.add(text) }
        steps = [UInt16](repeating: 0, count: tree.children.count * Self.bytes)
        ends = tree.isEnd
        connect(tree)
    }

    /// Fills ``steps``, and completes ``ends``, for each state.
    ///
    /// A state copies the steps of its fallback, a state that is less deep in the tree. The queue goes from the root
    /// down, so the steps of the fallback are already filled.
    private mutating func connect(_ tree: Tree) {
        var fallbacks = [Int](repeating: 0, count: tree.children.count)
        var queue = [0]
        var head = 0
        while head < queue.count {
            let state = queue[head]
            head += 1
            if ends[fallbacks[state]] { ends[state] = true }
            for byte in 0..<Self.bytes {
                let shorter = state == 0 ? 0 : steps[fallbacks[state] * Self.bytes + byte]
                if let child = tree.children[state][UInt8(byte)] {
                    fallbacks[child] = Int(shorter)
                    steps[state * Self.bytes + byte] = UInt16(child)
                    queue.append(child)
                } else {
                    steps[state * Self.bytes + byte] = shorter
                }
            }
        }
    }

    func next(_ state: Int, _ byte: UInt8) -> Int {
        Int(steps[state * Self.bytes + Int(byte.inLowerCase)])
    }

    /// Returns whether the bytes so far end with a text of the list.
    func isEnd(_ state: Int) -> Bool { ends[state] }
}
