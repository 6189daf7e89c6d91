import AdminAPI
import HTTPTypes
import Synchronization

/// How an import ended: with a report, or with the sentence of a failure.
enum ImportEnd: Sendable {
    case done(LinesReport)
    case failed(String)
}

/// The imports of the console: the running imports, and how the latest imports ended.
final class FollowerImports: Sendable {
    /// The most files that the server imports at the same time.
    static let most = 4
    /// The number of ended imports that the console remembers.
    static let remembered = 16

    enum State: Sendable {
        /// The server has read `bytes` bytes of the form. `total` is the size of the form; nil if the browser has not
        /// declared the size.
        case running(bytes: Int, total: Int?)
        case ended(ImportEnd)
    }

    private struct Entry: Sendable {
        let name: String
        var state: State

        var isRunning: Bool {
            if case .running = state { true } else { false }
        }
    }

    /// The imports, oldest first.
    private let entries = Mutex<[Entry]>([])

    /// Returns the state of the import with this name. Returns nil if no such import has begun, or if the console has
    /// forgotten the import.
    subscript(name: String) -> State? {
        entries.withLock { entries in entries.last { $0.name == name }?.state }
    }

    /// Notes that an import begins. Throws ``ConsoleMistake`` 429 if this import runs already, or if the number of
    /// running imports has reached ``most``.
    func begin(_ name: String, total: Int?) throws(ConsoleMistake) {
        let isAdmitted = entries.withLock { entries in
            let running = entries.filter(\.isRunning)
            guard running.count < Self.most, !running.contains(where: { $0.name == name }) else { return false }
            entries.removeAll { $0.name == name }
            entries.append(Entry(name: name, state: .running(bytes: 0, total: total)))
            return true
        }
        guard isAdmitted else {
            throw .manyImports(most: Self.most)
        }
    }

    /// Notes how many bytes of an import the server has read.
    func note(_ bytes: Int, of name: String) {
        entries.withLock { entries in
            guard let place = entries.firstIndex(where: { $0.name == name }),
                case .running(_, let total) = entries[place].state
            else { return }
            entries[place].state = .running(bytes: bytes, total: total)
        }
    }

    /// Notes how an import ended. If more than ``remembered`` imports have ended, forgets the oldest of them.
    func end(_ name: String, _ end: ImportEnd) {
        entries.withLock { entries in
            entries.removeAll { $0.name == name }
            entries.append(Entry(name: name, state: .ended(end)))
            guard entries.filter({ !$0.isRunning }).count > Self.remembered else { return }
            if let oldest = entries.firstIndex(where: { !$0.isRunning }) { entries.remove(at: oldest) }
        }
    }
}
