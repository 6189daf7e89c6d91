import Foundation

/// Says why a line of JSON cannot be decoded, and which member is wrong.
///
/// The decoder does not name the member whose number is too large or has a fraction. So this type looks for that
/// member.
struct LineFault: CustomStringConvertible {
    /// A sentence such as `token.expires_at must be a whole number`.
    let description: String

    /// Returns nil if the line is not JSON.
    init?(_ error: any Error, in line: [UInt8]) {
        guard let description = Self.sentence(error) ?? NumberSearch.fault(in: line) else { return nil }
        self.description = description
    }

    private static func sentence(_ error: any Error) -> String? {
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): "\(path(context.codingPath + [key])) is missing"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            "\(path(context.codingPath)) must be \(form(of: type))"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\(path(context.codingPath)) has a value that it cannot have"
        default: nil
        }
    }

    private static func form(of type: Any.Type) -> String {
        switch type {
        case is any FixedWidthInteger.Type: "a whole number"
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is [Any].Type: "a list"
        default: "an object"
        }
    }

    fileprivate static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce("") { path, key in
            if let index = key.intValue { return "\(path)[\(index)]" }
            return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
        }
    }
}

/// Finds, in a line, the first number that is not a whole number of 64 bits.
private enum NumberSearch: Decodable {
    case isRight
    /// The path of the number.
    case wrong(String)

    static func fault(in line: [UInt8]) -> String? {
        guard case .wrong(let path) = try? JSONDecoder().decode(NumberSearch.self, from: Data(line)) else {
            return nil
        }
        return "\(path.isEmpty ? "the line" : path) must be a whole number"
    }

    private struct Member: CodingKey {
        let stringValue: String
        let intValue: Int?

        init(stringValue: String) {
            self.stringValue = stringValue
            intValue = nil
        }

        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Member.self) {
            self =
                members.allKeys.sorted { $0.stringValue < $1.stringValue }
                .lazy.compactMap { try? members.decode(NumberSearch.self, forKey: $0) }
                .first { $0.isWrong } ?? .isRight
        } else if var elements = try? decoder.unkeyedContainer() {
            self = .isRight
            while !elements.isAtEnd, !isWrong { self = try elements.decode(NumberSearch.self) }
        } else {
            let value = try decoder.singleValueContainer()
            let isRight =
                value.decodeNil() || (try? value.decode(Int64.self)) != nil || (try? value.decode(String.self)) != nil
                || (try? value.decode(Bool.self)) != nil
            self = isRight ? .isRight : .wrong(LineFault.path(decoder.codingPath))
        }
    }

    private var isWrong: Bool { if case .wrong = self { true } else { false } }
}
