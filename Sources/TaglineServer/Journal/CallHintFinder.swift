import AdminAPI
import Foundation
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore

/// Finds the mistakes of clients in calls. It only judges the calls, and does not use the journal.
struct CallHintFinder {
    /// The most token calls that an account can make in ``tokenStretch`` seconds without a hint.
    private static let fewTokens = 3
    private static let tokenStretch: Int64 = 600

    private struct Key: Hashable {
        let kind: String
        let account: ExactText?
        let path: ExactText
        let sentence: String
    }

    private var found: [Key: (count: Int, last: Int)] = [:]
    private var order: [Key] = []
    /// The times of the last token calls, by account.
    private var tokenTimes: [ExactText: [UnixTime]] = [:]
    /// The day on which a quota was used up, by account and path.
    private var usedUp: [ExactText: Int64] = [:]

    /// Returns the hints for `calls`, in the order in which the calls first show the mistakes. Cost: reads each body in
    /// memory once. In the spill file, reads only the refused calls.
    static func hints(in calls: [(number: Int, entry: CallEntry)]) -> CallHints {
        var finder = CallHintFinder()
        for (number, entry) in calls { finder.look(at: entry, number) }
        return CallHints(
            hints: finder.order.compactMap { key in
                finder.found[key].map {
                    CallHint(
                        kind: key.kind, account: key.account?.text, path: key.path.text, count: $0.count, last: $0.last,
                        sentence: key.sentence)
                }
            })
    }

    private mutating func look(at entry: CallEntry, _ number: Int) {
        let account = entry.accountName
        lookAtBody(of: entry, account, number)
        lookAtTokens(of: entry, account, number)
        lookAtQuota(of: entry, account, number)
        switch entry.code {
        case .concurrentChange where !entry.isAnswerOfFault:
            note(
                "same_openid_in_parallel", entry, number,
                "Two calls at once changed the same openid; send one after the other, or put each openid into one call."
            )
        case .requirePOST, .requireGET:
            note(
                "wrong_method", entry, number,
                "The path is called with \(entry.code == .requirePOST ? "POST" : "GET"), not \(entry.method.rawValue)."
            )
        default: break
        }
    }

    private mutating func lookAtBody(of entry: CallEntry, _ account: String?, _ number: Int) {
        guard entry.code != .ok, entry.method == .POST else { return }
        let content = entry.content
        guard content.isKept else { return }
        let body = content.request.body.buffer
        if body.readableBytes == 0, entry.code == .emptyPostData {
            note(
                "empty_body", entry, number,
                "The request has no body; send the parameters as JSON in the body, not in the query.")
        }
        // The spill file has only the beginning of a long body. This beginning is not JSON, even if the whole body is.
        guard body.readableBytes > 0, content.hasWholeBody else { return }
        guard case .object(let object)? = body.withUnsafeReadableBytes({ JSONValue($0) }) else {
            if entry.code == .dataFormatError || entry.code == .emptyPostData {
                note(
                    "no_json", entry, number,
                    "The body is not a JSON object; send {...} in UTF-8, not a form.")
            }
            return
        }
        for name in object.keys.sorted() {
            if let right = Self.misspellings[name], object[right] == nil {
                note(
                    "misspelt_field", entry, number,
                    "The field is spelt \(right), not \(name); a misspelt field counts as missing.")
            }
        }
        if object["access_token"] != nil {
            note(
                "token_in_body", entry, number,
                "Send the token as access_token in the query; the server looks for no token in the body.")
        }
    }

    /// The wrong field names that clients send, each with the right name.
    private static let misspellings = [
        "openids": "openid_list", "openidList": "openid_list", "openIdList": "openid_list",
        "open_id_list": "openid_list", "opened_list": "openid_list", "openid_lists": "openid_list",
        "user_list": "openid_list", "tagId": "tagid", "tagID": "tagid", "tag_id": "tagid", "tags": "tagid",
        "openId": "openid", "open_id": "openid", "nextOpenid": "next_openid", "nextOpenId": "next_openid",
    ]

    private mutating func lookAtTokens(of entry: CallEntry, _ account: String?, _ number: Int) {
        guard entry.code == .ok, let account,
            [GetAccessToken.endpoint.path, GetStableAccessToken.endpoint.path].contains(entry.path)
        else { return }
        var times = tokenTimes[ExactText(account), default: []].filter { entry.time - $0 < Self.tokenStretch }
        times.append(entry.time)
        tokenTimes[ExactText(account)] = times
        guard times.count > Self.fewTokens else { return }
        note(
            "tokens_too_often", entry, number,
            "A token works for two hours and was fetched \(Self.fewTokens + 1) times or more in ten minutes; keep it and share it."
        )
    }

    private mutating func lookAtQuota(of entry: CallEntry, _ account: String?, _ number: Int) {
        guard let account else { return }
        let key = ExactText(account + " " + entry.path)
        if entry.code == .dailyQuotaReached {
            if usedUp[key] == entry.time.platformDay {
                note(
                    "called_after_45009", entry, number,
                    "The daily quota was used up, and the call was made again; wait for midnight in UTC+8.")
            }
            usedUp[key] = entry.time.platformDay
        }
    }

    private mutating func note(_ kind: String, _ entry: CallEntry, _ number: Int, _ sentence: String) {
        // A path or an appid may be a secret that the client sent by mistake.
        let shown = entry.outline
        let key = Key(
            kind: kind, account: shown.account.map(ExactText.init), path: ExactText(shown.path), sentence: sentence)
        if found[key] == nil { order.append(key) }
        found[key] = ((found[key]?.count ?? 0) + 1, number)
    }
}
