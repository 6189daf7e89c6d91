import Synchronization

/// The state that readers and the writer of a store share. A lock protects the state.
final class SharedState: Sendable {
    let state: Mutex<StoreState>

    init(_ state: sending StoreState) {
        self.state = Mutex(state)
    }
}
