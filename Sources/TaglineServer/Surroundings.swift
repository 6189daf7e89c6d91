import TagStore

/// The time and the randomness that every part of the server is given.
public struct Surroundings: Sendable {
    public let now: @Sendable () -> UnixTime
    /// Bytes fit for tokens.
    public let randomBytes: @Sendable (_ count: Int) -> [UInt8]

    public init(
        now: @escaping @Sendable () -> UnixTime,
        randomBytes: @escaping @Sendable (Int) -> [UInt8] = Surroundings.systemRandomBytes
    ) {
        self.now = now
        self.randomBytes = randomBytes
    }

    /// Bytes from the operating system's cryptographic generator.
    public static let systemRandomBytes: @Sendable (Int) -> [UInt8] = { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
