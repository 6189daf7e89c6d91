import Synchronization

/// The state of a store, protected by a lock. Readers and the writer share it.
final class SharedState: Sendable {
    let state: Mutex<StoreState>

    init(_ state: sending StoreState) {
        self.state = Mutex(state)
    }
}
