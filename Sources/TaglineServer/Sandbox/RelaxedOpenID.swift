import Foundation
import NIOCore
import OfficialAccount
import TagStore

/// An openid in another form than WeChat's, such as `OPENID1`, which a relaxed account accepts.
///
/// The store keeps openids of WeChat's form only. So the sandbox keeps `OPENID1` as `o-------------------_OPENID1`, and
/// shows it as `OPENID1` again in each answer.
enum RelaxedOpenID {
    /// The most characters of such an openid.
    static let longest = 22

    /// The fields of a request that hold openids of followers. A cursor is an openid too.
    private static let follower: Set = ["openid", "openid_list", "opened_list", "next_openid", "begin_openid"]
    /// The form of such openids, in words for a person.
    private static let form = "1 to \(longest) letters, digits, - and _, because the account is relaxed"

    /// Returns the openid that the store keeps for `text`; nil if `text` has WeChat's form or cannot be an openid at
    /// all.
    static func kept(_ text: String) -> OpenID? {
        guard OpenID(text) == nil, (1...longest).contains(text.utf8.count), text.utf8.allSatisfy(\.isInIdentifier)
        else { return nil }
        return OpenID("o" + String(repeating: "-", count: 26 - text.utf8.count) + "_" + text)
    }

    /// Returns `text` with every kept openid in the form in which the caller sent it.
    static func shown(_ text: String) -> String {
        guard text.contains("o----") else { return text }
        return text.replacing(/o-{4,25}_[A-Za-z0-9_-]{1,22}/) { match in
            let openID = match.output
            guard openID.utf8.count == 28, let end = openID.firstIndex(of: "_") else { return String(openID) }
            return String(openID[openID.index(after: end)...])
        }
    }

    /// Returns the reason of a refusal for a relaxed account. The reason has openids in the form in which the caller
    /// sent them, and describes that form instead of WeChat's.
    static func explained(_ reason: String) -> String {
        shown(reason).replacing(Refusal.openIDForm, with: form)
    }

    /// Replaces each relaxed openid in the body of a call with the openid that the store keeps. Returns the new body,
    /// the kept openids, and the number of openids of any form. Returns nil if there is no relaxed openid, or if the
    /// body is not JSON.
    static func kept(in body: ByteBuffer) -> (body: ByteBuffer, followers: [OpenID], named: Int)? {
        guard let data = body.withUnsafeReadableBytes(JSONSyntax.withoutNullMembers),
            let json = JSONValue(data)
        else { return nil }
        var found = Found()
        let changed = found.kept(json, field: nil)
        guard !found.followers.isEmpty else { return nil }
        return (ByteBuffer(string: EncodedJSON.text(changed)), found.followers, found.named)
    }

    /// Replaces each relaxed openid in the query of a call with the openid that the store keeps. Returns the new query,
    /// the kept openids, and the number of openids of any form. Returns nil if there is no relaxed openid.
    static func kept(in query: String) -> (query: String, followers: [OpenID], named: Int)? {
        var found = Found()
        let parameters = query.split(separator: "&", omittingEmptySubsequences: false).map { parameter in
            let parts = parameter.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2,
                let kept = found.kept(parts[1].removingPercentEncoding ?? parts[1], field: parts[0])
            else { return String(parameter) }
            return "\(parts[0])=\(kept)"
        }
        guard !found.followers.isEmpty else { return nil }
        return (parameters.joined(separator: "&"), found.followers, found.named)
    }

    /// Collects the relaxed openids of a request, and counts the texts that stand for openids.
    private struct Found {
        var followers: [OpenID] = []
        var named = 0

        mutating func kept(_ text: String, field: String) -> OpenID? {
            guard follower.contains(field) else { return nil }
            named += 1
            guard let openID = RelaxedOpenID.kept(text) else { return nil }
            followers.append(openID)
            return openID
        }

        /// - Parameter field: the name of the field that holds `value` or a list with `value`.
        mutating func kept(_ value: JSONValue, field: String?) -> JSONValue {
            switch value {
            case .string(let text): field.flatMap { kept(text, field: $0) }.map { .string("\($0)") } ?? value
            case .array(let values): .array(values.map { kept($0, field: field) })
            case .object(let members):
                .object(
                    Dictionary(uniqueKeysWithValues: members.map { ($0.key, kept($0.value, field: $0.key)) }))
            case .null, .bool, .number, .fraction: value
            }
        }
    }
}
