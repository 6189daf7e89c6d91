import Foundation
import NIOCore

/// How many files and connections a command needs to have open at once.
enum OpenFileLimit {
    /// Files beside connections: the run file with its journal and temporary files, the input, the log, and what each event loop has.
    static let own = 24 + 3 * System.coreCount

    /// Raises the limit of the process as far as the system lets it. Throws ``StartFailure`` if what is left is too few to begin.
    static func prepare() throws {
        let limit = ProcessLimits.raiseOpenFiles()
        guard limit >= own + 8 else {
            throw StartFailure.failed(
                "this process may open \(limit) files at once and needs \(own + 8); raise the limit with ulimit -n")
        }
    }

    /// The number of calls under way at once for which there are files enough.
    static func concurrency(wanted: Int) -> Int { min(wanted, max(ProcessLimits.raiseOpenFiles() - own, 1)) }
}
