import AdminAPI
import Foundation
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore

// Applies faults to a call when it arrives, when it is admitted, when it is done, and when its answer is sent.
extension FaultBoard {
    /// Applies faults to a call that has arrived, before the gateway judges it. Throws the refusal to answer instead.
    ///
    /// - Parameter account: returns the account that the token of the call names. It is called only if a rule needs it.
    func arrive(
        _ request: APIRequest, _ trace: inout CallTrace, account: () async -> AppID?
    ) async throws(Refusal) {
        if let text = request.headers.first(name: FaultHeader.name) { trace.fault = try Self.ownFault(text) }
        if trace.fault == nil, hasRules(at: .arrival) {
            var call = FaultCall(request, account: await account()?.rawValue, via: trace.via)
            trace.fault = draw(&call, at: [.arrival])
        }
        guard let fault = trace.fault, fault.action.at == .arrival else { return }
        await hold(for: fault.delay)
        if let errcode = fault.action.errcode { throw fault.refusal(errcode, trace) }
        if fault.action.connection != .keep {
            throw fault.refusal(ErrorCode.systemError.rawValue, trace)
        }
    }

    /// Returns whether a fault may act on a call before the gateway judges the call.
    func mayAct(onArrivalOf head: APIRequest) -> Bool {
        head.headers.contains(name: FaultHeader.name) || hasRules(at: .arrival)
    }

    /// Returns the fault that the header of a call asks for.
    private static func ownFault(_ text: String) throws(Refusal) -> FiredFault {
        do {
            let action = try FaultHeader.action(text)
            var draw = SeededDraw(seed: 0, text)
            return FiredFault(
                name: FaultHeader.name, action: action, delay: FaultBook.delay(action.delay, &draw), seed: draw.next())
        } catch {
            throw Refusal(.dataFormatError, "the header \(FaultHeader.name) asks for no fault: \(error)")
        }
    }

    /// Applies faults to an admitted call before it is carried out. A fault may make it apply in part. Throws the
    /// refusal to answer instead.
    func admit(_ request: APIRequest, _ trace: inout CallTrace) async throws(Refusal) {
        if trace.fault == nil {
            let account = trace.caller?.appID.rawValue ?? broughtAppID(request, trace)
            var call = FaultCall(request, account: account, via: trace.via)
            trace.fault = draw(&call, at: [.refusal, .answer])
        }
        guard let fault = trace.fault else { return }
        if fault.action.at == .refusal, let errcode = fault.action.errcode {
            await hold(for: fault.delay)
            throw fault.refusal(errcode, trace)
        }
        if let count = fault.action.failOpenIDs { try divide(request, &trace, fault, count) }
    }

    /// Returns the appid that a token call sends.
    private func broughtAppID(_ request: APIRequest, _ trace: CallTrace) -> String? {
        hasRules(at: .refusal) || hasRules(at: .answer) ? CallSubject(request.target, trace.body.buffer).appID : nil
    }

    /// Removes the openids that must fail from the list. Leaves a list unchanged if the rules of the store refuse it.
    private func divide(
        _ request: APIRequest, _ trace: inout CallTrace, _ fault: FiredFault, _ count: Int
    ) throws(Refusal) {
        let subject = CallSubject(request.target, trace.body.buffer)
        guard FaultMatch.tagging.contains(request.target.path), let tag = subject.tag,
            1...Limits().openIDsPerCall ~= subject.openIDs.count
        else { return }
        let failing = fault.chosen(count, of: subject.openIDs)
        trace.fault?.failing = subject.openIDs.reduce(into: []) { list, openID in
            guard failing.contains(ExactText(openID)), !list.contains(where: openID.hasSameBytes) else { return }
            list.append(openID)
        }
        let rest = subject.openIDs.filter { !failing.contains(ExactText($0)) }
        guard !rest.isEmpty else { throw fault.partial(trace.fault?.failing ?? []) }
        var json = JSONText()
        json.object { body in
            body.field("openid_list") { json in json.array(rest) { $1.string($0) } }
            body.field("tagid", tag)
        }
        trace.body = CallBody(buffer: ByteBuffer(bytes: json.bytes))
    }

    /// Applies faults after the call was carried out. Throws the refusal to answer instead of the result.
    func answer(_ trace: CallTrace) throws(Refusal) {
        guard let fault = trace.fault, fault.action.at == .answer else { return }
        if !fault.failing.isEmpty { throw fault.partial(fault.failing) }
        if let errcode = fault.action.errcode { throw fault.refusal(errcode, trace) }
    }

    /// Applies faults to an answer before it is sent.
    func send(_ response: APIResponse, _ trace: CallTrace) async -> APIResponse {
        guard let fault = trace.fault else { return response }
        if fault.action.at == .answer { await hold(for: fault.delay) }
        var response = response
        if let type = fault.action.contentType { response["content-type"] = type }
        if response[APIResponse.reason] == nil { response[APIResponse.reason] = "\(fault.title) fired" }
        response.delivery = Delivery(fault.action)
        return response
    }
}

extension FiredFault {
    fileprivate var title: String {
        name == FaultHeader.name ? "the header \(name)" : "the fault \(Refusal.quoted(name))"
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
