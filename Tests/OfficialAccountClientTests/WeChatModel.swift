import Foundation
import OfficialAccount
import OfficialAccountClient
import Synchronization

/// A mishap that a call can meet.
enum Mishap: Equatable {
    case none
    /// The platform answers this code and applies nothing.
    case code(Int)
    /// The answer is lost. `applied` tells whether the platform applied the call before the answer was lost.
    case lost(applied: Bool)
    case answers(String, applied: Bool)
    /// The caller gets no connection.
    case noConnection
}

/// A simple model of the platform: its followers, their tags, and the mishaps of calls.
final class WeChatModel: Transport {
    struct Seen: Sendable {
        var calls = 0
        var sizes: [Int] = []
        var sent: [OpenID: Int] = [:]
        var overlaps = 0
        var lookUps = 0
        var mostAtOnce = 0
    }

    private struct State {
        var carried: [OpenID: Set<TagID>]
        var inFlight: Set<OpenID> = []
        var atOnce = 0
        var seen = Seen()
    }

    private struct Request: Decodable {
        let openid_list: [String]?
        let openid: String?
        let tagid: Int?
    }

    private let state: Mutex<State>
    private let tags: Set<TagID>
    private let answersSingly: Bool
    private let mishap: @Sendable (OutgoingCall, Int) async -> Mishap

    /// - Parameters:
    ///   - followers: the followers and their tags.
    ///   - answersSingly: whether the platform answers bad openids with 45171 and applies the call to the other
    ///     openids.
    ///   - mishap: gets a call and the number of this call, and returns the mishap of the call.
    init(
        followers: [OpenID: Set<TagID>], tags: Set<TagID> = [134], answersSingly: Bool = false,
        mishap: @escaping @Sendable (OutgoingCall, Int) async -> Mishap = { _, _ in .none }
    ) {
        state = Mutex(State(carried: followers))
        self.tags = tags
        self.answersSingly = answersSingly
        self.mishap = mishap
    }

    var carried: [OpenID: Set<TagID>] { state.withLock { $0.carried } }
    var seen: Seen { state.withLock { $0.seen } }

    func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8] {
        if call.endpoint == GetStableAccessToken.endpoint {
            return Array(#"{"access_token":"t\#(UUID())","expires_in":7200}"#.utf8)
        }
        if call.endpoint == GetTags.endpoint {
            let list = tags.sorted().map { #"{"id":\#($0),"name":"\#($0)","count":0}"# }
            return Array(#"{"tags":[\#(list.joined(separator: ","))]}"#.utf8)
        }
        guard let request = try? JSONDecoder().decode(Request.self, from: Data(call.body)) else {
            return Self.answer(47001)
        }
        let texts = request.openid_list ?? []
        let openIDs = texts.compactMap { OpenID($0) }
        let number = enter(openIDs, isLookUp: call.endpoint == GetTagIDList.endpoint)
        defer { leave(openIDs) }
        let mishap = await mishap(call, number)
        switch mishap {
        case .none: return answer(call, request, openIDs)
        case .code(let code): return Self.answer(code)
        case .lost(let applied):
            if applied { _ = answer(call, request, openIDs) }
            throw TransportFailure("no answer came in time", mayHaveBeenApplied: true)
        case .answers(let text, let applied):
            if applied { _ = answer(call, request, openIDs) }
            return Array(text.utf8)
        case .noConnection: throw TransportFailure("no connection could be made", mayHaveBeenApplied: false)
        }
    }

    private func enter(_ openIDs: [OpenID], isLookUp: Bool) -> Int {
        state.withLock { state in
            if openIDs.contains(where: state.inFlight.contains) { state.seen.overlaps += 1 }
            state.inFlight.formUnion(openIDs)
            state.atOnce += 1
            state.seen.mostAtOnce = max(state.seen.mostAtOnce, state.atOnce)
            state.seen.calls += 1
            if isLookUp { state.seen.lookUps += 1 } else { state.seen.sizes.append(openIDs.count) }
            for openID in openIDs { state.seen.sent[openID, default: 0] += 1 }
            return state.seen.calls
        }
    }

    private func leave(_ openIDs: [OpenID]) {
        state.withLock { state in
            state.inFlight.subtract(openIDs)
            state.atOnce -= 1
        }
    }

    static func answer(_ code: Int) -> [UInt8] {
        Array(#"{"errcode":\#(code),"errmsg":"\#(code == 0 ? "ok" : "no rid: 692173c0-dd5b2020-863ae68d")"}"#.utf8)
    }

    private func answer(_ call: OutgoingCall, _ request: Request, _ openIDs: [OpenID]) -> [UInt8] {
        let tag = TagID(request.tagid ?? 0)
        if call.endpoint == GetTagIDList.endpoint {
            guard let openID = request.openid.flatMap({ OpenID($0) }), let carried = carried[openID] else {
                return Self.answer(40003)
            }
            return Array(#"{"tagid_list":[\#(carried.sorted().map(\.description).joined(separator: ","))]}"#.utf8)
        }
        guard [BatchTagging.endpoint, BatchUntagging.endpoint].contains(call.endpoint) else { return Self.answer(0) }
        guard 1...50 ~= openIDs.count else { return Self.answer(40032) }
        guard tags.contains(tag) else { return Self.answer(45159) }
        let isTagging = call.endpoint == BatchTagging.endpoint
        return state.withLock { state in
            let refusals = openIDs.map { Self.refusal(state.carried[$0], tag, isTagging) }
            let bad = zip(openIDs, refusals).filter { $0.1 != nil }.map(\.0)
            if let refusal = refusals.compactMap(\.self).first, !answersSingly { return Self.answer(refusal) }
            for openID in openIDs where !bad.contains(openID) {
                if isTagging {
                    state.carried[openID]?.insert(tag)
                } else {
                    state.carried[openID]?.remove(tag)
                }
            }
            guard !bad.isEmpty else { return Self.answer(0) }
            let list = bad.map { #""\#($0)""# }.joined(separator: ",")
            return Array(#"{"errcode":45171,"errmsg":"some openid fail","fail_openid_list":[\#(list)]}"#.utf8)
        }
    }

    private static func refusal(_ carried: Set<TagID>?, _ tag: TagID, _ isTagging: Bool) -> Int? {
        guard let carried else { return 40003 }
        return isTagging && carried.count >= 20 && !carried.contains(tag) ? 45059 : nil
    }
}
