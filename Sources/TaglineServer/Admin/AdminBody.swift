import Foundation
import Hummingbird
import NIOCore

extension Request {
    /// The body, which must be JSON to the letter. Throws ``AdminError`` with what is wrong with it.
    func json(upTo limit: Int) async throws -> JSONValue {
        let tooLarge = AdminError(status: .contentTooLarge, sentence: "the body is larger than \(limit / 1024) KiB")
        if let declared = headers[.contentLength].flatMap({ Int($0) }), declared > limit { throw tooLarge }
        let body: ByteBuffer
        do {
            body = try await self.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
        let data = Data(body.readableBytesView)
        guard body.withUnsafeReadableBytes(JSONSyntax.isValid),
            let value = try? JSONDecoder().decode(JSONValue.self, from: data)
        else { throw AdminError.badRequest("the body is not JSON; send one object, see /openapi.json") }
        return value
    }

    /// The body, which must be an object of these members. Throws ``AdminError`` with what is wrong with it.
    func decodeJSON<Value: Decodable>(of members: [AdminMember], mayBeEmpty: Bool = false) async throws -> Value {
        let tooLarge = AdminError(status: .contentTooLarge, sentence: "the body is larger than 64 KiB")
        // What is declared too long is refused before it comes.
        if let declared = headers[.contentLength].flatMap({ Int($0) }), declared > 64 * 1024 { throw tooLarge }
        var body: ByteBuffer
        do {
            body = try await self.body.collect(upTo: 64 * 1024)
        } catch is NIOTooManyBytesError {
            throw tooLarge
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
