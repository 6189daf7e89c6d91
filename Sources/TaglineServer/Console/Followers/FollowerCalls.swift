import Foundation
import HTTPTypes
import Hummingbird
import OfficialAccount

/// The calls of the API that the forms about followers make, for the account and without its token.
enum FollowerCalls {
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

    /// What the route of calls answers.
    private struct Report: Decodable {
        let reason: String?
        let answer: String
    }

    private struct Code: Decodable {
        let errcode: Int
    }

    /// Makes a call. Throws ``AdminError`` with errcode and reason if it is refused.
    static func perform(_ call: AdminCall, through door: AdminDoor, _ context: BasicRequestContext) async throws {
        let report = try await door.perform(call, in: context).decode(Report.self)
        let code = (try? JSONDecoder().decode(Code.self, from: Data(report.answer.utf8)))?.errcode ?? 0
        guard code == 0 else {
            let reason = report.reason ?? ErrorCode(code).explanation?.meaning ?? ""
            throw AdminError(status: .conflict, sentence: "\(code): \(reason)")
        }
    }

    /// The openids of a form, apart by blanks, commas or lines.
    static func openIDs(_ text: String) -> [String] {
        text.split { $0.isWhitespace || $0 == "," || $0 == "\"" }.map(String.init)
    }
}
