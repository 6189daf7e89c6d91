import Foundation

/// The process that holds a lock on a file, as Linux lists it in `/proc/locks`.
package struct LockHolder: CustomStringConvertible {
    let process: Int
    /// The name of the process's program; nil if `/proc` does not show the name.
    let program: String?

    package var description: String { "process \(process)\(program.map { " (\($0))" } ?? "")" }

    /// Finds a process other than this one that holds a lock on the file at `path`.
    ///
    /// Returns nil if no other process holds a lock on the file, or if `/proc/locks` does not show the lock.
    package init?(of path: String) {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let inode = attributes[.systemFileNumber] as? Int
        else { return nil }
        // The list may omit a held lock when other processes take or release locks at the same moment. So this code
        // reads the list up to three times.
        let found = (0..<3).lazy.compactMap { _ in
            ProcFile.text(at: "/proc/locks").flatMap { Self.process(holding: inode, in: $0) }
        }
        guard let process = found.first, process > 0, process != Int(ProcessInfo.processInfo.processIdentifier)
        else { return nil }
        self.process = process
        program = ProcFile.text(at: "/proc/\(process)/comm")?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Finds the process that locks the file `inode`, in lines such as
    /// `1: FLOCK  ADVISORY  WRITE 4711 08:01:131234 0 EOF`.
    static func process(holding inode: Int, in locks: String) -> Int? {
        for line in locks.split(separator: "\n") {
            let fields = line.split(separator: " ")
            // The list shows an arrow before a lock that the process does not hold yet.
            guard fields.count >= 6, fields[1] != "->", fields[5].hasSuffix(":\(inode)") else { continue }
            return Int(fields[4])
        }
        return nil
    }
}
