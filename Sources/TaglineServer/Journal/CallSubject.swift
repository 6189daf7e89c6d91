import Foundation
import NIOCore
import OfficialAccount

/// The tag, the openids and the appids that a call names. They may be wrong, and some may be missing.
struct CallSubject: Codable, Sendable, Hashable {
    var tag: Int?
    /// The openids in the order in which the call sends them, without entries that are not text.
    var openIDs: [String] = []
    /// The appid that the call sends instead of a token.
    var appID: String?
    /// The component_appid that the call sends.
    var componentAppID: String?

    init(_ target: RequestTarget, _ body: ByteBuffer) {
        let query = CallQuery(target)
        appID = query["appid"]
        if let openID = query["openid"] { openIDs = [openID] }
        guard body.readableBytes > 0 else { return }
        if let usual = body.withUnsafeReadableBytes({ TaggingRequest(usual: $0) }) {
            tag = usual.tagID?.rawValue
            openIDs = usual.openIDList?.openIDs.map(\.description) ?? []
            return
        }
        guard let json = body.withUnsafeReadableBytes(JSONSyntax.withoutNullMembers),
            case .object(let members)? = JSONValue(json)
        else { return }
        read(members)
    }

    private mutating func read(_ members: [String: JSONValue]) {
        tag = Self.number(members["tagid"])
        if tag == nil, case .object(let inner)? = members["tag"] { tag = Self.number(inner["id"]) }
        if case .array(let list)? = members["openid_list"] { openIDs += list.compactMap(\.text) }
        if let openID = members["openid"]?.text { openIDs.append(openID) }
        if case .array(let users)? = members["user_list"] {
            for case .object(let user) in users {
                if let openID = user["openid"]?.text { openIDs.append(openID) }
            }
        }
        appID = members["appid"]?.text ?? appID
        componentAppID = members["component_appid"]?.text
    }

    private static func number(_ value: JSONValue?) -> Int? {
        switch value {
        case .number(let number): number
        case .string(let text): Int(text)
        default: nil
        }
    }
}
