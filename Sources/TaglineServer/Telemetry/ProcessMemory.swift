import Foundation

/// The memory of this process.
enum ProcessMemory {
    /// The bytes in RAM; nil if the system does not report them. Source: proc_pid_statm(5).
    static var resident: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? Int(fields[1]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) } : nil
    }
}
