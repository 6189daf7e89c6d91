import Foundation
import Synchronization
import TagStore

/// The clock of a sandbox: the system's, and as much ahead of it as somebody has asked for.
///
/// The lead is kept in a file beside the data, so that time does not fall back behind tokens already issued when the
/// sandbox starts again.
public final class SandboxClock: Sendable {
    /// A hundred years: as far as the clock can be advanced in all.
    public static let furthestLead: Int64 = 100 * 366 * 86_400

    private let lead: Mutex<Int64>
    private let file: URL?
    private let system: @Sendable () -> UnixTime

    /// - Parameter file: where the lead is kept; nil to forget it.
    public init(file: URL? = nil, system: @escaping @Sendable () -> UnixTime = SandboxClock.systemTime) throws {
        self.file = file
        self.system = system
        var kept: Int64 = 0
        if let file, let text = try? String(contentsOf: file, encoding: .utf8) {
            guard let seconds = Int64(text.trimmingCharacters(in: .whitespacesAndNewlines)),
                0...Self.furthestLead ~= seconds
            else {
                throw SandboxClockError(description: "\(file.path) does not hold a number of seconds; delete it")
            }
            kept = seconds
        }
        lead = Mutex(kept)
    }

    public var now: UnixTime {
        lead.withLock { system() + $0 }
    }

    /// Puts the clock forward. Throws for a number of seconds that is not positive or too large, or if it cannot be kept.
    @discardableResult
    public func advance(bySeconds seconds: Int64) throws -> UnixTime {
        try lead.withLock { lead in
            guard seconds > 0, seconds <= Self.furthestLead - lead else {
                throw SandboxClockError(
                    description: "advance_seconds must be a positive whole number; the clock only goes forward, "
                        + "and no further than a hundred years ahead")
            }
            if let file { try Data("\(lead + seconds)\n".utf8).write(to: file, options: .atomic) }
            lead += seconds
            return system() + lead
        }
    }

    public static let systemTime: @Sendable () -> UnixTime = {
        UnixTime(seconds: Int64(Date().timeIntervalSince1970))
    }
}

public struct SandboxClockError: Error, CustomStringConvertible {
    public let description: String
}
