import Foundation
package import OfficialAccount

/// Reads the answers of the platform.
///
/// The errcode alone decides whether an answer is a refusal. An answer is unreadable only if a field that the client
/// needs is missing. The reader repairs or skips everything else that is not as documented. For example, if the answer
/// of a call has data, the reader skips an errcode that is not a number. An answer without data must have a readable
/// errcode.
package enum AnswerReader {
    /// Returns the fields of an answer.
    ///
    /// - Parameters:
    ///   - bytes: the answer's body.
    ///   - type: the type of the answer if the answer is not a refusal.
    /// - Returns: the fields.
    /// - Throws: ``CallFailure/refused(_:)`` or ``CallFailure/badAnswer(_:)``.
    package static func read<Response: CallAnswer>(
        _ bytes: [UInt8], as type: Response.Type
    ) throws(CallFailure) -> Response {
        let data = Data(RepairedJSON.mayNeedRepair(bytes) ? RepairedJSON.repaired(bytes) : bytes)
        guard let verdict = try? JSONDecoder().decode(CommandFailed.self, from: data) else { throw bad(bytes) }
        if verdict.code != .ok {
            throw .refused(
                APIError(code: verdict.code, errmsg: verdict.message, failedOpenIDs: verdict.failedOpenIDs))
        }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw bad(bytes)
        }
    }

    private static func bad(_ bytes: [UInt8]) -> CallFailure {
        // An answer that cannot be read may hold a token, so the failure shows only its first bytes.
        .badAnswer(String(decoding: bytes.prefix(24), as: UTF8.self) + (bytes.count > 24 ? "..." : ""))
    }
}
