import AdminAPI
import Foundation
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore

// Applies faults to a call when it arrives, when the gateway admits it, when it is done, and when the gateway sends its
// answer.
extension FaultBoard {
    /// Applies faults to a call that has arrived, before the gateway judges it. Throws the refusal if a fault refuses
    /// the call.
    ///
    /// - Parameters:
    ///   - takesToken: whether the gateway judges the token of the call.
    ///   - account: returns the account that the token of the call names. The board calls this function only if a rule
    ///     needs the account.
    func arrive(
        _ request: APIRequest, _ trace: inout CallTrace, takesToken: Bool, account: () async -> AppID?
    ) async throws(Refusal) {
        if let text = request.headers.first(name: FaultHeader.name) {
            trace.fault = try Self.ownFault(text, request.target.path)
        }
        if takesToken, trace.fault?.action.at != .arrival { try refuseEndedToken(request, &trace) }
        if trace.fault == nil, hasRules(at: .arrival) {
            var call = FaultCall(request, account: await account()?.rawValue, via: trace.via)
            trace.fault = draw(&call, at: [.arrival])
        }
        guard let fault = trace.fault, fault.action.at == .arrival, fault.action.failingCount == nil else { return }
        await hold(for: fault.delay)
        if let errcode = fault.action.errcode { throw refuse(request, &trace, fault, errcode) }
        if fault.action.connection != .keep {
            throw fault.refusal(ErrorCode.systemError.rawValue, trace)
        }
    }

    /// Throws a refusal if a rule has ended the token of the call.
    private func refuseEndedToken(_ request: APIRequest, _ trace: inout CallTrace) throws(Refusal) {
        guard let end = end(of: { Self.token(of: request) }) else { return }
        var action = FaultRule.Action(at: .arrival)
        action.errcode = end.errcode
        trace.fault = FiredFault(name: end.fault, action: action, isPlayed: true)
        throw Refusal(
            ErrorCode(end.errcode), "the fault \(Refusal.quoted(end.fault)) has ended this token; fetch a new one")
    }

    private static func token(of request: APIRequest) -> Fingerprint? {
        (try? CallQuery(request.target).token(CallerJudge.componentTokens)).map { Fingerprint(of: $0) }
    }

    /// Returns the refusal with which `fault` answers a call. If `fault` comes from a rule and refuses the token of the
    /// call, also ends the token.
    private func refuse(
        _ request: APIRequest, _ trace: inout CallTrace, _ fault: FiredFault, _ errcode: Int
    ) -> Refusal {
        trace.fault?.isPlayed = true
        if fault.action.refusesToken, fault.origin != nil, let token = Self.token(of: request) { end(token, by: fault) }
        return fault.refusal(errcode, trace)
    }

    /// Returns whether a fault may act on a call before the gateway judges the call.
    func mayAct(onArrivalOf head: APIRequest) -> Bool {
        head.headers.contains(name: FaultHeader.name) || hasRules(at: .arrival)
    }

    /// Returns the fault that `text`, the header ``FaultHeader/name`` of a call, asks for.
    private static func ownFault(_ text: String, _ path: String) throws(Refusal) -> FiredFault {
        do throws(FileMistake) {
            let action = try FaultHeader.action(text)
            guard action.failingCount == nil || FaultMatch.tagging.contains(path) else {
                throw FileMistake(line: nil, "\(action.failingMember) is for batchtagging and batchuntagging")
            }
            var draw = SeededDraw(seed: 0, text)
            return FiredFault(
                name: FaultHeader.name, action: action, delay: FaultBook.delay(action.delay, &draw), seed: draw.next())
        } catch {
            throw Refusal(.dataFormatError, "the header \(FaultHeader.name) is not a valid fault: \(error)")
        }
    }

    /// Applies faults to an admitted call before its handler runs. Throws the refusal if a fault refuses the call.
    ///
    /// - Parameters:
    ///   - store: lets the board find the calls that the server refuses even without a fault.
    ///   - kept: returns the body of a call, in which every openid has the form that the store keeps.
    /// - Returns: the body for the handler. It lacks the openids that a fault removes from the call.
    func admit(
        _ request: APIRequest, _ trace: inout CallTrace, in store: any TagStore,
        kept: (CallBody, Caller) async throws(Refusal) -> CallBody
    ) async throws(Refusal) -> CallBody {
        if trace.fault == nil {
            let account = trace.caller?.appID.rawValue ?? broughtAppID(request, trace)
            var call = FaultCall(request, account: account, via: trace.via)
            trace.fault = draw(&call, at: [.refusal, .answer])
        }
        guard let fault = trace.fault else { return trace.body }
        if let count = fault.action.failingCount {
            guard let caller = trace.caller else { return trace.body }
            let body = try await kept(trace.body, caller)
            let rest = try await divide(request, body, &trace, of: caller.account, in: store, failing: count)
            return rest ?? trace.body
        }
        if fault.action.at == .refusal, let errcode = fault.action.errcode {
            await hold(for: fault.delay)
            throw refuse(request, &trace, fault, errcode)
        }
        return trace.body
    }

    /// Returns the appid in the request of a token call; nil if no rule needs the appid.
    private func broughtAppID(_ request: APIRequest, _ trace: CallTrace) -> String? {
        hasRules(at: .refusal) || hasRules(at: .answer) ? CallSubject(request.target, trace.body.buffer).appID : nil
    }

    /// Returns the body of the call without the openids that must fail. Returns nil if the server refuses the call even
    /// without the fault.
    private func divide(
        _ request: APIRequest, _ body: CallBody, _ trace: inout CallTrace, of account: Account,
        in store: any TagStore, failing count: Int
    ) async throws(Refusal) -> CallBody? {
        let subject = CallSubject(request.target, body.buffer)
        let limit = account.limits.applied(to: store.limits).openIDsPerCall
        guard let fault = trace.fault, let tag = subject.tag, !subject.openIDs.isEmpty, subject.openIDs.count <= limit
        else { return nil }
        let chosen = fault.chosen(count, of: subject.openIDs)
        let failing = subject.openIDs.reduce(into: [String]()) { list, openID in
            guard chosen.contains(ExactText(openID)), !list.contains(where: openID.hasSameBytes) else { return }
            list.append(openID)
        }
        guard await Self.accepts(failing, tag, of: account.appID, in: store) else { return nil }
        trace.fault?.failing = failing
        let rest = subject.openIDs.filter { !chosen.contains(ExactText($0)) }
        guard !rest.isEmpty else {
            trace.fault?.isPlayed = true
            throw fault.partial(failing)
        }
        var json = JSONText()
        json.object { body in
            body.field("openid_list") { json in json.array(rest) { $1.string($0) } }
            body.field("tagid", tag)
        }
        return CallBody(buffer: ByteBuffer(bytes: json.bytes))
    }

    /// Returns true if the account has the tag, and every openid belongs to a follower of the account.
    private static func accepts(
        _ openIDs: [String], _ tag: Int, of account: AppID, in store: any TagStore
    ) async -> Bool {
        do {
            guard try await store.tags(of: account).contains(where: { $0.id.rawValue == tag }) else { return false }
            for text in openIDs {
                guard let openID = OpenID(text) else { return false }
                _ = try await store.tagIDs(of: openID, for: account)
            }
            return true
        } catch {
            return false
        }
    }

    /// Applies faults after the handler of the call has finished. Throws a refusal if a fault replaces the result.
    func answer(_ request: APIRequest, _ trace: inout CallTrace) throws(Refusal) {
        guard let fault = trace.fault else { return }
        if !fault.failing.isEmpty {
            trace.fault?.isPlayed = true
            throw fault.partial(fault.failing)
        }
        if fault.action.failingCount == nil, fault.action.at == .answer, let errcode = fault.action.errcode {
            throw refuse(request, &trace, fault, errcode)
        }
    }

    /// If `refusal` lists failed openids, returns a refusal that also lists the openids that a fault removed from the
    /// call. Returns any other refusal unchanged.
    func completed(_ refusal: Refusal, _ trace: inout CallTrace) -> Refusal {
        guard refusal.code == .someOpenIDsFailed, let fault = trace.fault, !fault.isPlayed, !fault.failing.isEmpty
        else { return refusal }
        trace.fault?.isPlayed = true
        return fault.partial(fault.failing + refusal.failedOpenIDs)
    }

    /// Applies faults to an answer before the gateway sends it. If the fault had no effect, removes the fault from
    /// `trace`.
    func send(_ response: APIResponse, _ trace: inout CallTrace) async -> APIResponse {
        guard let fault = trace.fault else { return response }
        let isPlayed = fault.isPlayed || !fault.action.replacesAnswer
        if fault.action.firesAtEnd || fault.isOfHeader { settle(fault, isPlayed: isPlayed) }
        guard isPlayed else {
            trace.fault = nil
            return response
        }
        if fault.action.at == .answer { await hold(for: fault.delay) }
        var response = response
        if let type = fault.action.contentType { response.setContentType(ofFault: type) }
        if response[APIResponse.reason] == nil { response[APIResponse.reason] = "\(fault.title) fired" }
        response.delivery = Delivery(fault.action)
        return response
    }
}

extension FiredFault {
    fileprivate var isOfHeader: Bool { origin == nil && name == FaultHeader.name }

    fileprivate var title: String {
        isOfHeader ? "the header \(name)" : "the fault \(Refusal.quoted(name))"
    }

    fileprivate func refusal(_ errcode: Int, _ trace: CallTrace) -> Refusal {
        let code = ErrorCode(errcode)
        if code == .addressNotAllowed {
            let refusal = Refusal.addressNotAllowed(trace.address ?? "127.0.0.1")
            return Refusal(code, "\(title) fired", message: refusal.message)
        }
        let when =
            switch action.at {
            case .arrival: "before the call was judged"
            case .refusal: "before anything was applied"
            case .answer: "after the call was carried out"
            }
        return Refusal(code, "\(title) fired \(when)")
    }

    fileprivate func partial(_ failing: [String]) -> Refusal {
        var refusal = Refusal(
            .someOpenIDsFailed, "\(title) fired: \(failing.count) openids failed, and the others were applied")
        refusal.failedOpenIDs = failing
        return refusal
    }
}
