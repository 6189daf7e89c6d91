import AdminAPI
import Foundation
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore

// What befalls one call on its way: as it arrives, once it is let in, once it is done, and as its answer is sent.
extension FaultBoard {
    /// Before anything is judged. Throws what the call is answered instead of being judged.
    ///
    /// - Parameter account: whose call it is, as far as its token tells; asked only if a rule wants to know.
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

    /// The fault that a call asks for itself.
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

    /// The call has been let in, and is about to be carried out. It may be carried out in part. Throws what it is
    /// answered instead.
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

    /// The appid that a token call brings.
    private func broughtAppID(_ request: APIRequest, _ trace: CallTrace) -> String? {
        hasRules(at: .refusal) || hasRules(at: .answer) ? CallSubject(request.target, trace.body.buffer).appID : nil
    }

    /// Takes the openids that are to fail out of the list. A list that the rules refuse as it stands is left to them.
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

    /// The call has been carried out. Throws what it is answered instead of the truth.
    func answer(_ trace: CallTrace) throws(Refusal) {
        guard let fault = trace.fault, fault.action.at == .answer else { return }
        if !fault.failing.isEmpty { throw fault.partial(fault.failing) }
        if let errcode = fault.action.errcode { throw fault.refusal(errcode, trace) }
    }

    /// The answer is about to be sent.
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
