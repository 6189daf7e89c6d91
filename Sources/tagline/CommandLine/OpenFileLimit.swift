import BulkRuns
import Foundation
import NIOCore

/// The number of files and connections that a command needs to open at once.
enum OpenFileLimit {
    /// The number of files that a command opens besides connections: the run file with its journal and temporary files,
    /// the input, the log, and the files of each event loop.
    static let own = 24 + 3 * System.coreCount

    /// The number of files that Swift's runtime opens for its event loop. If the runtime cannot open one of them, the
    /// process crashes.
    private static let ofRuntime = 8

    /// Raises the process's limit of open files as far as the system allows. Throws ``StartFailure`` if the process
    /// cannot open the files of Swift's runtime. The runtime opens these files at the first `await`.
    static func prepareRuntime() throws {
        _ = ProcessLimits.raiseOpenFiles()
        let openable = ProcessLimits.openableFiles(upTo: ofRuntime)
        guard openable == ofRuntime else {
            throw StartFailure.failed(
                "this process can open only \(openable.counted("more file")), and needs \(own + 8) at once; raise the limit with ulimit -n"
            )
        }
    }

    /// Raises the process's limit of open files as far as the system allows. Throws ``StartFailure`` if the limit is
    /// still too low for a command.
    static func prepare() throws {
        let limit = ProcessLimits.raiseOpenFiles()
        guard limit >= own + 8 else {
            throw StartFailure.failed(
                "this process may open \(limit) files at once and needs \(own + 8); raise the limit with ulimit -n")
        }
    }

    /// Returns how many of the `wanted` calls can run at once under the process's limit of open files.
    static func concurrency(wanted: Int) -> Int { min(wanted, max(ProcessLimits.raiseOpenFiles() - own, 1)) }
}
