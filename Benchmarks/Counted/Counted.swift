import Dispatch
import Foundation
import Workloads

/// Runs the workload NAME as often as TIMES says, for a tool that counts instructions: `counted NAME TIMES`. Without
/// valid arguments, prints the names of all workloads.
@main struct Counted {
    /// This function is not asynchronous. If it were, the main thread would end early, and Valgrind would fail.
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
