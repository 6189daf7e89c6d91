import Foundation
import FreshFiles
import Synchronization
import TagStore

/// The clock of a sandbox. It runs a fixed number of seconds ahead of the system's clock or behind it, or stands still.
///
/// A file next to the data keeps the state of the clock. So a restart does not set the clock back to a time before the
/// server issued its tokens.
public final class SandboxClock: Sendable {
    /// The longest distance of the clock from the system's clock: a hundred years.
    public static let furthestLead: Int64 = 100 * 366 * 86_400

    /// The state of a clock, to which the clock can return later.
    public struct Reading: Sendable, Hashable {
        /// The seconds that the clock is ahead of the system's clock; negative if it is behind.
        var lead: Int64 = 0
        /// The time at which the clock stands still; nil for a clock that runs.
        var frozen: Int64?

        init(lead: Int64 = 0, frozen: Int64? = nil) {
            self.lead = lead
            self.frozen = frozen
        }

        /// Reads the text of the file: the lead and, for a clock that stands still, the time.
        init?(_ text: String) {
            let words = text.split(whereSeparator: \.isWhitespace).map { Int64($0) }
            guard 1...2 ~= words.count, let lead = words[0], -furthestLead...furthestLead ~= lead else { return nil }
            self.lead = lead
            guard words.count == 2 else { return }
            guard let frozen = words[1], SandboxClock.times.contains(frozen) else { return nil }
            self.frozen = frozen
        }

        var text: String { "\(lead)\(frozen.map { " \($0)" } ?? "")\n" }
    }

    /// The times that the clock can show: all times that answers of the API can hold.
    static let times = Int64(0)...Int64(UInt32.max)

    private let reading: Mutex<Reading>
    private let file: URL?
    private let system: @Sendable () -> UnixTime

    /// - Parameter file: the file for the state of the clock; if nil, the state is lost when the server ends. Throws if
    ///   the file exists and cannot be read.
    public init(file: URL? = nil, system: @escaping @Sendable () -> UnixTime = SandboxClock.systemTime) throws {
        self.file = file
        self.system = system
        var kept = Reading()
        if let file, let text = try FreshFile(file.path).text() {
            guard let reading = Reading(text) else {
                throw SandboxClockError(description: "\(file.path) does not hold a number of seconds; delete it")
            }
            kept = reading
        }
        reading = Mutex(kept)
    }

    public var now: UnixTime {
        reading.withLock { shown($0) }
    }

    /// Whether the clock stands still.
    public var isFrozen: Bool { reading.withLock { $0.frozen != nil } }

    /// The state of the clock, for ``restore(_:)``.
    public var current: Reading { reading.withLock { $0 } }

    /// How many seconds the clock is ahead of the system's clock; negative if it is behind.
    var lead: Int64 {
        reading.withLock { reading in reading.frozen.map { UnixTime(seconds: $0) - system() } ?? reading.lead }
    }

    /// Advances the clock, even if it stands still. Throws if `seconds` is not positive or is too large, or if the file
    /// cannot be written.
    @discardableResult
    public func advance(bySeconds seconds: Int64) throws -> UnixTime {
        try turn(bySeconds: seconds)
    }

    /// Sets the clock to a time, before or after the present one. Throws for a time that the clock cannot show.
    @discardableResult
    public func set(to seconds: Int64) throws -> UnixTime {
        try turn(to: seconds)
    }

    /// Stops the clock.
    @discardableResult
    public func freeze() throws -> UnixTime {
        try turn(isFrozen: true)
    }

    /// Lets a stopped clock run on.
    @discardableResult
    public func run() throws -> UnixTime {
        try turn(isFrozen: false)
    }

    /// Stops, sets, advances and starts the clock in this order, as one change.
    ///
    /// A parameter that is nil changes nothing. Throws if a step is impossible, or if the file cannot be written. The
    /// clock then does not change.
    @discardableResult
    func turn(isFrozen: Bool? = nil, to time: Int64? = nil, bySeconds seconds: Int64? = nil) throws -> UnixTime {
        try change { reading in
            if isFrozen == true { freeze(&reading) }
            if let time { try set(&reading, to: time) }
            if let seconds { try advance(&reading, bySeconds: seconds) }
            if isFrozen == false { run(&reading) }
        }
    }

    private func advance(_ reading: inout Reading, bySeconds seconds: Int64) throws {
        guard seconds > 0, seconds <= Self.furthestLead - max(0, reading.lead),
            Self.times.contains((shown(reading) + seconds).seconds)
        else {
            throw SandboxClockError(
                description:
                    "advance_seconds must be a positive whole number; the clock can go at most a hundred years "
                    + "ahead of the system's clock, and not beyond the year 2106")
        }
        if let frozen = reading.frozen {
            reading.frozen = frozen + seconds
        } else {
            reading.lead += seconds
        }
    }

    private func set(_ reading: inout Reading, to seconds: Int64) throws {
        let present = UnixTime(seconds: min(max(system().seconds, 0), Self.furthestLead))
        let lead = UnixTime(seconds: seconds) - present
        guard Self.times.contains(seconds), -Self.furthestLead...Self.furthestLead ~= lead else {
            throw SandboxClockError(
                description: "set must be Unix seconds, no further than a hundred years from the present")
        }
        if reading.frozen != nil { reading.frozen = seconds } else { reading.lead = lead }
    }

    private func freeze(_ reading: inout Reading) {
        reading.frozen = min(max(shown(reading).seconds, Self.times.lowerBound), Self.times.upperBound)
    }

    private func run(_ reading: inout Reading) {
        guard let frozen = reading.frozen else { return }
        // The system's time may be so far from the time of the stopped clock that the lead would be too large.
        let lead = UnixTime(seconds: frozen) - system()
        reading = Reading(lead: min(max(lead, -Self.furthestLead), Self.furthestLead))
    }

    /// Sets the clock to another state, such as an earlier one. `Reading()` is the system's time.
    public func restore(_ other: Reading) throws {
        try change { $0 = other }
    }

    /// Writes the present state to the file again. Throws if the file cannot be written.
    ///
    /// A change that also needs the store calls this function first, and so does not end halfway.
    func checkFile() throws {
        try change { _ in }
    }

    /// Returns the time that the clock would show now in the state `reading`.
    func time(in reading: Reading) -> UnixTime { shown(reading) }

    private func shown(_ reading: Reading) -> UnixTime {
        reading.frozen.map(UnixTime.init(seconds:)) ?? system() + reading.lead
    }

    @discardableResult
    private func change(_ body: (inout Reading) throws -> Void) throws -> UnixTime {
        try reading.withLock { reading in
            var changed = reading
            try body(&changed)
            if let file { try FreshFile(file.path).replace(with: changed.text.utf8) }
            reading = changed
            return shown(changed)
        }
    }

    public static let systemTime: @Sendable () -> UnixTime = {
        UnixTime(seconds: Int64(Date().timeIntervalSince1970))
    }
}

public struct SandboxClockError: Error, CustomStringConvertible {
    public let description: String
}
