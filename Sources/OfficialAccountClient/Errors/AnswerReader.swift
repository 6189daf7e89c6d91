import Foundation
import OfficialAccount

/// Reads answers: the errcode alone decides what they are.
///
/// An answer is unreadable only if what is needed of it is missing. What is odd beside that is mended or passed over.
enum AnswerReader {
    /// What the answer holds. Throws ``CallFailure/refused(_:)`` or ``CallFailure/badAnswer(_:)``.
    static func read<Response: CallAnswer>(_ bytes: [UInt8], as type: Response.Type) throws(CallFailure) -> Response {
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
        // A token call's answer may hold a token that a wrong form kept from being read: no more than its beginning.
        .badAnswer(String(decoding: bytes.prefix(24), as: UTF8.self) + (bytes.count > 24 ? "..." : ""))
    }
}
