import BulkRuns
import Dispatch
import Foundation
import Synchronization

/// Writes lines to standard output on a separate thread, because a slow reader of the output can block the writing.
final class LineOutput: Sendable {
    private struct State {
        var isWriting = false
        var skipped = 0
    }

    private let queue = DispatchQueue(label: "tagline.lines")
    private let state = Mutex(State())
    private let file: FileHandle

    init(_ file: FileHandle = .standardOutput) {
        self.file = file
    }

    /// Whether the thread is still writing the previous lines.
    var isBusy: Bool { state.withLock { $0.isWriting } }

    /// Writes `lines`. If the thread is still writing the previous lines, only counts `lines` as skipped.
    func write(_ lines: [String], skipping skipped: Int) {
        let missing: Int? = state.withLock { state in
            state.skipped += skipped
            guard !state.isWriting else {
                state.skipped += lines.count
                return nil
            }
            state.isWriting = true
            defer { state.skipped = 0 }
            return state.skipped
        }
        guard let missing else { return }
        var text = missing > 0 ? "... \(missing.counted("more call")); see tagline calls\n" : ""
        for line in lines { text += line + "\n" }
        let data = Data(text.utf8)
        queue.async {
            try? self.file.write(contentsOf: data)
            self.state.withLock { $0.isWriting = false }
        }
    }
}
