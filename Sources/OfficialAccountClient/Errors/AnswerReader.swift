import Foundation
import OfficialAccount

/// Reads answers: the errcode alone decides what they are.
///
/// An answer is unreadable only if what is needed of it is missing. What is odd beside that is mended or passed over.
enum AnswerReader {
    private struct Verdict: Decodable {
        let errcode: LenientNumber?
        let errmsg: LenientText?
        let fail_openid_list: LenientArray<String>?
    }

    /// What the answer holds. Throws ``CallFailure/refused(_:)`` or ``CallFailure/badAnswer(_:)``.
    static func read<Value: Decodable>(_ bytes: [UInt8], as type: Value.Type) throws(CallFailure) -> Value {
        let data = Data(RepairedJSON.mayNeedRepair(bytes) ? RepairedJSON.repaired(bytes) : bytes)
        guard let verdict = try? JSONDecoder().decode(Verdict.self, from: data) else { throw bad(bytes) }
        if let code = verdict.errcode?.value, code != 0 {
            throw .refused(
                APIError(
                    code: ErrorCode(code), errmsg: verdict.errmsg?.value ?? "",
                    failedOpenIDs: verdict.fail_openid_list?.elements.compactMap { OpenID($0) }))
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

/// The answer of a command: `{"errcode":0,"errmsg":"ok"}`. Any other JSON says nothing of what became of it.
struct Done: Decodable, Sendable {
    let errcode: LenientNumber
}
