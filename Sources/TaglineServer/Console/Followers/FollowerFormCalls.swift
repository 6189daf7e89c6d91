import AdminAPI
import Foundation
import HTTPTypes
import Hummingbird
import OfficialAccount

/// The API calls of the forms about followers. The console needs no access token to make these calls for an account.
enum FollowerFormCalls {
    static func tag(_ openIDs: [String], _ tag: Int, of account: String) -> AdminCall {
        call(BatchTagging.endpoint, of: account, openIDs, tag)
    }

    static func untag(_ openIDs: [String], _ tag: Int, of account: String) -> AdminCall {
        call(BatchUntagging.endpoint, of: account, openIDs, tag)
    }

    static func remark(_ remark: String, on openID: String, of account: String) -> AdminCall {
        var body = JSONText()
        body.object {
            $0.field("openid", openID)
            $0.field("remark", remark)
        }
        return CallRoute.call(
            UpdateRemark.endpoint.path, of: account, body: String(decoding: body.bytes, as: UTF8.self))
    }

    private static func call(_ endpoint: Endpoint, of account: String, _ openIDs: [String], _ tag: Int) -> AdminCall {
        var body = JSONText()
        body.object { fields in
            fields.field("openid_list") { json in json.array(openIDs) { $1.string($0) } }
            fields.field("tagid", tag)
        }
        return CallRoute.call(endpoint.path, of: account, body: String(decoding: body.bytes, as: UTF8.self))
    }

    /// The API's answer to a call.
    struct Verdict: Sendable {
        let code: ErrorCode
        /// Why the API refused the call; empty if the call succeeded.
        let reason: String

        /// Returns the errcode and the reason, such as `40003: …`.
        ///
        /// The Chinese sentence also has the meaning of the errcode, before the reason.
        func sentence(_ words: Words) -> String {
            guard words.language == .chinese, let meaning = code.explanation?.chinese.meaning else {
                return "\(code): \(reason)"
            }
            return "\(code)：\(meaning)（\(reason)）"
        }
    }

    /// Makes a call, and returns the API's verdict.
    static func verdict(
        on call: AdminCall, through door: AdminDoor, _ context: AdminContext
    ) async throws -> Verdict {
        let made = try await door.perform(call, in: context).decode(MadeCall.self)
        let code = (try? JSONDecoder().decode(CommandFailed.self, from: Data(made.answer.utf8)))?.code ?? .ok
        return Verdict(code: code, reason: made.reason ?? code.explanation?.meaning ?? "")
    }

    /// Makes a call. If the API refuses the call, throws ``AdminError`` with the errcode and the reason.
    static func perform(
        _ call: AdminCall, through door: AdminDoor, _ words: Words, _ context: AdminContext
    ) async throws {
        let answer = try await verdict(on: call, through: door, context)
        guard answer.code == .ok else { throw AdminError(status: .conflict, sentence: answer.sentence(words)) }
    }

    /// Returns the openids in `text`. Blanks, commas, quotes and line breaks separate the openids.
    static func openIDs(_ text: String) -> [String] {
        text.split { $0.isWhitespace || $0 == "," || $0 == "\"" }.map(String.init)
    }
}
