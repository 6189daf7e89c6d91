import TagStore

/// The time and the random bytes that every part of the server uses.
public struct Surroundings: Sendable {
    public let now: @Sendable () -> UnixTime
    /// Returns random bytes that are good enough for tokens.
    public let randomBytes: @Sendable (_ count: Int) -> [UInt8]

    public init(
        now: @escaping @Sendable () -> UnixTime,
        randomBytes: @escaping @Sendable (Int) -> [UInt8] = Surroundings.systemRandomBytes
    ) {
        self.now = now
        self.randomBytes = randomBytes
    }

    /// Returns bytes from the operating system's cryptographic generator.
    public static let systemRandomBytes: @Sendable (Int) -> [UInt8] = { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
