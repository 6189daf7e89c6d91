/// The time by which the server delays an answer.
public enum FaultDelay: Codable, Sendable, Hashable {
    /// The same time for each answer.
    case fixed(FaultSpan)
    /// A random time with the median `median`, and at most `most`.
    ///
    /// The logarithm of the time is normally distributed with the standard deviation `sigma`.
    case spread(median: FaultSpan, sigma: Double, most: FaultSpan)

    private enum CodingKeys: String, CodingKey {
        case median, sigma, most
    }

    /// Decodes a duration, or an object with `median`, `sigma` and `most`.
    ///
    /// - Parameter decoder: holds the duration or the object.
    /// - Throws: `DecodingError` for any other value.
    public init(from decoder: any Decoder) throws {
        if let fields = try? decoder.container(keyedBy: CodingKeys.self) {
            self = .spread(
                median: try fields.decode(FaultSpan.self, forKey: .median),
                sigma: try fields.decode(Double.self, forKey: .sigma),
                most: try fields.decode(FaultSpan.self, forKey: .most))
        } else {
            self = .fixed(try FaultSpan(from: decoder))
        }
    }

    /// Encodes a duration, or an object with `median`, `sigma` and `most`.
    ///
    /// - Parameter encoder: receives the duration or the object.
    /// - Throws: what `encoder` throws.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .fixed(let span): try span.encode(to: encoder)
        case .spread(let median, let sigma, let most):
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(median, forKey: .median)
            try fields.encode(sigma, forKey: .sigma)
            try fields.encode(most, forKey: .most)
        }
    }
}
