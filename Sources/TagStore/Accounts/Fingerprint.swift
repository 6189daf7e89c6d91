/// The SHA-256 of a secret or of a token, 32 bytes. The store keeps only the fingerprint, never the secret or the
/// token.
///
/// The comparison of two fingerprints takes constant time. It is also safe to look a fingerprint up in a table, because
/// a caller who chooses a secret cannot choose its digest.
public struct Fingerprint: Hashable, Sendable, Codable, CustomStringConvertible {
    public static let length = 32

    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// All zeros. No known secret has this digest.
    public static let zero = Fingerprint(words: (0, 0, 0, 0))

    private init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// Returns nil unless there are exactly 32 bytes.
    public init?(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard let fingerprint = bytes.withUnsafeBytes({ Fingerprint(raw: $0) }) else { return nil }
        self = fingerprint
    }

    /// Returns nil unless there are exactly 32 bytes.
    public init?(raw bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.length else { return nil }
        func word(_ index: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        words = (word(0), word(1), word(2), word(3))
    }

    public var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) }
        }
    }

    /// Decodes the fingerprint from 64 hexadecimal digits.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let bytes = Hexadecimal.bytes(try container.decode(String.self))
        guard let fingerprint = bytes.flatMap({ Fingerprint($0) }) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not 64 hexadecimal digits")
        }
        self = fingerprint
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Hexadecimal.text(bytes))
    }

    /// The first eight digits: enough to distinguish fingerprints in a log, and too few to help an attacker.
    public var description: String {
        Hexadecimal.text(bytes.prefix(4)) + "..."
    }

    public static func == (left: Fingerprint, right: Fingerprint) -> Bool {
        let difference =
            (left.words.0 ^ right.words.0) | (left.words.1 ^ right.words.1) | (left.words.2 ^ right.words.2)
            | (left.words.3 ^ right.words.3)
        return difference == 0
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}
