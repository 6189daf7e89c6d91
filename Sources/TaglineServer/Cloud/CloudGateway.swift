import Foundation
import Hummingbird
import NIOCore
import NIOHTTP1
import OfficialAccount
import TagStore

/// Takes calls without a token from programs on the same machine, over plain HTTP. This type decides which account
/// makes a call, and passes the call to the gateway.
///
/// Source: `miniprogram/dev/wxcloudrun/src/guide/weixin/open.html`.
public struct CloudGateway: APIResponder {
    /// The path of a request that makes a call by its name.
    static let invokePath = "/openapi/invoke"

    private let gateway: Gateway
    private let surroundings: Surroundings
    private let account: AppID?
    private let paths: CloudPaths
    private let declarations: CloudDeclarations
    private let names: HostNames

    /// - Parameters:
    ///   - account: the account of a call without `from_appid`; nil to refuse such a call.
    ///   - paths: the paths that callers may reach.
    ///   - declarations: the calls that callers may make by name.
    ///   - names: the host names under which callers may reach this gateway.
    public init(
        gateway: Gateway, surroundings: Surroundings, account: AppID?, paths: CloudPaths,
        declarations: CloudDeclarations, names: HostNames = HostNames()
    ) {
        self.names = names
        self.gateway = gateway
        self.surroundings = surroundings
        self.account = account
        self.paths = paths
        self.declarations = declarations
    }

    public func respond(to request: APIRequest, from peer: Peer) async -> APIResponse {
        guard isFromProgram(request, overSocket: peer.isLocalSocket) else { return Self.foreign }
        return numbered(
            request.target.path == Self.invokePath
                ? await invoke(request, peer.address)
                : await gateway.respond(to: request, address: peer.address, as: identity(of: request)))
    }

    public func judge(_ head: APIRequest, from peer: Peer) async -> APIResponse? {
        guard isFromProgram(head, overSocket: peer.isLocalSocket) else { return Self.foreign }
        guard head.target.path == Self.invokePath else {
            return await gateway.judge(head, address: peer.address, as: identity(of: head)).map(numbered)
        }
        return head.bodyLength > CallBody.largest ? numbered(Self.tooLarge) : nil
    }

    private static let foreign = APIResponse.json(status: .forbidden) {
        $0.field("error", "the cloud gateway is for programs beside the server, not for web pages")
    }

    private static let tooLarge = failure("", code: -501_007, "invalid parameters: the body is too large")

    private func numbered(_ response: APIResponse) -> APIResponse {
        var response = response
        response["x-openapi-seqid"] = Hexadecimal.text(surroundings.randomBytes(8))
        return response
    }

    /// Returns whether a program sent the request, and not a web page.
    ///
    /// A site can make its own host name resolve to this machine. A request from a page of that site still has the
    /// site's name in `Host`, so this function also checks `Host`.
    private func isFromProgram(_ request: APIRequest, overSocket: Bool) -> Bool {
        guard !SendingPage(of: request).isThere else { return false }
        guard let host = HostHeader(request.host) else { return false }
        // A program that uses the platform's own proxy sends the host name of the platform.
        return overSocket || host.name == "api.weixin.qq.com" || names.contains(host)
    }

    private func identity(of request: APIRequest) -> Gateway.Identity {
        let path = request.target.path
        guard paths.contains(path) else {
            return .refused(Refusal(.pathNotOnList, "\(Refusal.quoted(path)) is not on the list of paths"))
        }
        let query = CallQuery(request.target)
        let tokens: [Substring] = ["access_token", "component_access_token", "cloudbase_access_token"]
        if tokens.contains(where: { query.raw($0) != nil }) { return .token }
        return identity(named: query.raw("from_appid"))
    }

    private func identity(named appID: String?) -> Gateway.Identity {
        if let appID = appID.map({ AppID($0) }) ?? account { return .account(appID) }
        return .refused(
            Refusal(
                .accessTokenMissing,
                "give from_appid=... to name the account of the call, or start the server with an account"))
    }

    // MARK: By name

    private struct Invocation {
        let api: String
        let data: JSONValue
        /// The account that makes the call, instead of the configured account.
        let appID: String?
        /// Whether to convert the keys of `data` to snake case.
        let convertsCase: Bool

        /// Reads a request that makes a call by its name. Returns nil if the request does not have this form.
        init?(_ json: Data) {
            guard case .object(let members)? = JSONValue(json), case .string(let api)? = members["api"] else {
                return nil
            }
            self.api = api
            data = members["data"] ?? .object([:])
            switch members["appid"] {
            case nil: appID = nil
            case .string(let text)?: appID = text
            default: return nil
            }
            switch members["convertCase"] {
            case nil: convertsCase = true
            case .bool(let flag)?: convertsCase = flag
            default: return nil
            }
        }
    }

    private func invoke(_ request: APIRequest, _ address: String?) async -> APIResponse {
        guard request.method == .POST else {
            return Self.systemFailure("", code: -604_100)
        }
        let body = request.body.buffer
        guard body.readableBytes <= CallBody.largest else { return Self.tooLarge }
        guard
            let invocation = body.withUnsafeReadableBytes(JSONSyntax.withoutNullMembers),
            let call = Invocation(invocation)
        else { return Self.failure("", code: -501_007, #"invalid parameters: send {"api":"...","data":{...}}"#) }
        guard let endpoint = CloudCall.endpoints[call.api] else {
            return Self.systemFailure(String(call.api.prefix(100)), code: -604_100)
        }
        guard declarations.contains(call.api) else {
            return Self.systemFailure(call.api, code: -604_101)
        }
        var data = call.data
        guard case .object = data else { return Self.failure(call.api, code: 47001, "data format error") }
        if call.convertsCase { data = CloudCall.snakeCased(data) }
        let json = Array(EncodedJSON.text(data).utf8)
        let fault = request.headers.first(name: FaultHeader.name).map { (FaultHeader.name, $0) }
        let message = APIRequest(
            method: endpoint.method == .post ? .POST : .GET, target: endpoint.path,
            headers: HTTPHeaders(fault.map { [$0] } ?? []),
            body: ByteBuffer(bytes: endpoint.method == .post ? json : []))
        let response = await gateway.respond(to: message, address: address, as: identity(named: call.appID))
        var answer = Self.answer(response, to: call.api)
        answer.delivery = response.delivery
        if let type = response.contentTypeOfFault { answer.setContentType(ofFault: type) }
        return answer
    }

    /// Returns the answer of an API call in the form that the platform's cloud SDK expects.
    private static func answer(_ response: APIResponse, to api: String) -> APIResponse {
        guard
            case .object(var members)? = response.body.withUnsafeReadableBytes({ JSONValue($0) })
        else { return systemFailure(api, code: -604_103) }
        if case .number(let code) = members["errcode"], code != 0 {
            // Only a fault rule makes the gateway answer with a code of `systemCodes`.
            let reason = response[APIResponse.reason]
            if systemCodes.contains(code) { return systemFailure(api, code: code, reason: reason) }
            return failure(api, code: code, members["errmsg"]?.text ?? "", reason: reason)
        }
        members["errcode"] = nil
        members["errmsg"] = nil
        var answer = APIResponse.json { answer in
            if case .object(let converted) = CloudCall.camelCased(.object(members)) {
                for (name, value) in converted.sorted(by: { $0.key < $1.key }) {
                    answer.field(name) { $0.raw(EncodedJSON.text(value)) }
                }
            }
            answer.field("errCode", 0)
            answer.field("errMsg", "openapi.\(api):ok")
        }
        answer[APIResponse.reason] = response[APIResponse.reason]
        return answer
    }

    /// The codes of the cloud platform itself. No call of the API answers with such a code.
    private static let systemCodes = -604_104 ... -604_100

    private static func systemFailure(_ api: String, code: Int, reason: String? = nil) -> APIResponse {
        failure(api, code: code, "system error: error code: \(code)", reason: reason)
    }

    private static func failure(_ api: String, code: Int, _ text: String, reason: String? = nil) -> APIResponse {
        var response = APIResponse.json {
            $0.field("errCode", code)
            $0.field("errMsg", "openapi.\(api):fail \(text)")
        }
        response[APIResponse.reason] = reason
        return response
    }
}
