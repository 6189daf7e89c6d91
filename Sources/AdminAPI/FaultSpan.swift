/// A duration; in JSON, a text such as `300ms` or `5m`.
public struct FaultSpan: Codable, Sendable, Hashable {
    /// The duration; its JSON text has no fractions of a millisecond.
    public var duration: Duration

    /// Makes a span from a duration.
    public init(_ duration: Duration) {
        self.duration = duration
    }

    /// Decodes a text such as `300ms`.
    ///
    /// - Parameter decoder: holds the text.
    /// - Throws: `DecodingError` for any other text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let duration = DurationText.duration(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not \(DurationText.form)")
        }
        self.duration = duration
    }

    /// Encodes a text such as `300ms`.
    ///
    /// - Parameter encoder: gets the text.
    /// - Throws: what `encoder` throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(DurationText.text(duration))
    }
}
