import Foundation
import NIOCore
import OfficialAccount
import TagStore

/// The body of a call. The server reads it as JSON, whatever the headers declare.
struct CallBody: RequestBody, Sendable {
    static let largest = Limits.bodyBytes

    let buffer: ByteBuffer

    /// Whether the call has no body: no bytes, or the JSON `null`, which counts as no value.
    ///
    /// Only calls that need no body read this property. For other calls ``decode(_:)`` throws 44002 if there are no
    /// bytes, and 47001 for `null`.
    var isEmpty: Bool {
        buffer.withUnsafeReadableBytes { bytes in
            guard !bytes.isEmpty else { return true }
            let text = bytes.drop(while: \.isBlank)
            return text.starts(with: "null".utf8) && text.dropFirst(4).allSatisfy(\.isBlank)
        }
    }

    func withBytes<Result>(_ read: (UnsafeRawBufferPointer) -> Result) -> Result {
        buffer.withUnsafeReadableBytes(read)
    }

    /// Returns the parameters. Throws 44002 if there is no body. Throws 47001 if the body is not a JSON object with
    /// fields of the documented types.
    func decode<Fields: Decodable>(_ type: Fields.Type) throws(Refusal) -> Fields {
        guard buffer.readableBytes > 0 else {
            throw Refusal(.emptyPostData, "the request has no body; send the parameters as JSON")
        }
        guard let json = buffer.withUnsafeReadableBytes(JSONSyntax.withoutNullMembers) else {
            throw Refusal(.dataFormatError, "the body is not JSON; send one object in UTF-8")
        }
        do {
            return try JSONDecoder().decode(type, from: json)
        } catch let error as DecodingError {
            throw Refusal(.dataFormatError, Self.explain(error))
        } catch {
            throw Refusal(.dataFormatError, "the body is not JSON")
        }
    }

    private static func explain(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context) where context.codingPath.isEmpty,
            .valueNotFound(_, let context) where context.codingPath.isEmpty:
            "the body is JSON but not an object; send the parameters as {...}"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(path(context.codingPath)) has the wrong type"
        case .keyNotFound(let key, let context):
            "\(path(context.codingPath + [key])) is missing"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\(path(context.codingPath)) has the wrong type"
        default:
            "the body is not JSON; send one object in UTF-8"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { $0.intValue.map { "entry \($0 + 1)" } ?? $0.stringValue }.joined(separator: ", ")
    }
}
