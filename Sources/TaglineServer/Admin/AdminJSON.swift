import Foundation
import Hummingbird
import NIOCore

/// Values as the JSON text of an answer.
enum AdminJSON {
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Numbers under plain names always have a form in JSON.
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

extension Request {
    /// The body, which must be an object of these members. Throws ``AdminError`` with what is wrong with it.
    func decodeJSON<Value: Decodable>(of members: [AdminMember], mayBeEmpty: Bool = false) async throws -> Value {
        var body: ByteBuffer
        do {
            body = try await self.body.collect(upTo: 64 * 1024)
        } catch is NIOTooManyBytesError {
            throw AdminError(status: .contentTooLarge, sentence: "the body is larger than 64 KiB")
        }
        if mayBeEmpty, body.readableBytes == 0 { body = ByteBuffer(string: "{}") }
        let notJSON = AdminError.badRequest("the body is not JSON; send one object, see /openapi.json")
        guard body.withUnsafeReadableBytes(JSONSyntax.isValid) else { throw notJSON }
        let data = Data(body.readableBytesView)
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: data) else { throw notJSON }
        try members.judge(value)
        do {
            return try JSONDecoder().decode(Value.self, from: data)
        } catch {
            throw notJSON
        }
    }
}
