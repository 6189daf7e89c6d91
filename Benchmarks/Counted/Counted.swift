import Dispatch
import Foundation
import Workloads

/// Runs one workload a number of times, for a tool that counts its instructions: `counted NAME TIMES`. Without
/// arguments, lists the names.
@main struct Counted {
    /// This function is not asynchronous: the main thread would then end, and Valgrind would fail.
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard let name = arguments.first, let times = arguments.dropFirst().first.flatMap({ Int($0) }),
            let workload = Workload.all.first(where: { $0.name == name })
        else {
            for workload in Workload.all { print(workload.name) }
            return
        }
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            do {
                let work = try await workload.prepare()
                for _ in 0..<times { try await work() }
                print("done")
            } catch {
                print("counted: \(name): \(error)")
                exit(1)
            }
            done.signal()
        }
        done.wait()
    }
}
