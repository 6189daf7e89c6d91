import Foundation
import Hummingbird
import NIOCore

extension Request {
    /// The most bytes of a body that holds one object.
    private static let largestObject = 64 * 1024

    /// Returns the value of the body. Throws ``AdminError`` with the reason if the body is not strict JSON.
    func json(upTo limit: Int) async throws -> JSONValue {
        try Self.value(in: try await bytes(upTo: limit))
    }

    /// Decodes the body, which must be an object with `members`. Throws ``AdminError`` with the reason if it is not.
    ///
    /// A null member counts as absent, so this function removes the null members before it decodes the object.
    ///
    /// - Parameters:
    ///   - rules: the rules about which members must or must not be present together.
    ///   - mayBeEmpty: whether an empty body or `null` counts as an object without members.
    func decodeJSON<Value: Decodable>(
        of members: [AdminMember], rules: [PresenceRule] = [], mayBeEmpty: Bool = false
    ) async throws -> Value {
        let body = try await bytes(upTo: Self.largestObject)
        var value = JSONValue.null
        if !mayBeEmpty || body.readableBytes > 0 { value = try Self.value(in: body) }
        if mayBeEmpty, case .null = value { value = .object([:]) }
        try members.judge(value, rules: rules)
        guard
            let decoded = try? JSONDecoder().decode(Value.self, from: Data(EncodedJSON.text(value.withoutNulls).utf8))
        else { throw Self.noJSON }
        return decoded
    }

    /// Returns the body. Throws ``AdminError`` if the body has more than `limit` bytes. If the head of the request
    /// declares more bytes, this function throws before the body arrives.
    ///
    /// - Parameter noun: what the error calls the body.
    func bytes(upTo limit: Int, called noun: String = "body") async throws -> ByteBuffer {
        let tooLarge = AdminError(status: .contentTooLarge, sentence: "the \(noun) is larger than \(limit / 1024) KiB")
        if let declared = headers.declaredLength, declared > limit { throw tooLarge }
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
    }

    private static func value(in body: ByteBuffer) throws(AdminError) -> JSONValue {
        guard let value = body.withUnsafeReadableBytes({ JSONValue($0) }) else { throw noJSON }
        return value
    }

    private static let noJSON = AdminError.badRequest("the body is not JSON; send one object, see /openapi.json")
}
