import Foundation

/// The process that holds a lock on a file, as Linux lists it in `/proc/locks`.
package struct LockHolder: CustomStringConvertible {
    let process: Int
    /// The program's name; nil if it cannot be read.
    let program: String?

    package var description: String { "process \(process)\(program.map { " (\($0))" } ?? "")" }

    /// Returns nil if no other process holds a lock on the file, or if the system does not show it.
    package init?(of path: String) {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let inode = attributes[.systemFileNumber] as? Int
        else { return nil }
        // While other processes take and release locks, the list may omit a lock that is held.
        let found = (0..<3).lazy.compactMap { _ in
            ProcFile.text(at: "/proc/locks").flatMap { Self.process(holding: inode, in: $0) }
        }
        guard let process = found.first, process > 0, process != Int(ProcessInfo.processInfo.processIdentifier)
        else { return nil }
        self.process = process
        program = ProcFile.text(at: "/proc/\(process)/comm")?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Finds the process in lines such as `1: FLOCK  ADVISORY  WRITE 4711 08:01:131234 0 EOF`.
    static func process(holding inode: Int, in locks: String) -> Int? {
        for line in locks.split(separator: "\n") {
            let fields = line.split(separator: " ")
            // The list shows an arrow before the kind of a lock for which a process waits.
            guard fields.count >= 6, fields[1] != "->", fields[5].hasSuffix(":\(inode)") else { continue }
            return Int(fields[4])
        }
        return nil
    }
}
