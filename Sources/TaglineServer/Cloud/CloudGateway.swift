import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OfficialAccount
import TagStore

/// The door for code that runs beside the server: plain HTTP, no token. It says whose call it is and hands it to the gateway.
///
/// Source: `miniprogram/dev/wxcloudrun/src/guide/weixin/open.html`.
public struct CloudGateway: HTTPResponder {
    public typealias Context = GatewayContext

    /// Where calls by name go.
    static let invokePath = "/openapi/invoke"

    private let gateway: Gateway
    private let surroundings: Surroundings
    private let account: AppID?
    private let paths: CloudPaths
    private let declarations: CloudDeclarations

    /// - Parameters:
    ///   - account: whose a call is that names nobody in `from_appid`; nil for nobody's.
    ///   - paths: what may be reached.
    ///   - declarations: what may be called by name.
    public init(
        gateway: Gateway, surroundings: Surroundings, account: AppID?, paths: CloudPaths,
        declarations: CloudDeclarations
    ) {
        self.gateway = gateway
        self.surroundings = surroundings
        self.account = account
        self.paths = paths
        self.declarations = declarations
    }

    public func respond(to request: Request, context: GatewayContext) async throws -> Response {
        guard Self.isFromProgram(request, overSocket: context.isLocalSocket) else {
            return .error("the cloud gateway is for programs beside the server, not for web pages", status: .forbidden)
        }
        var response =
            request.uri.path == Self.invokePath
            ? try await invoke(request, context.address)
            : try await gateway.respond(to: request, address: context.address, as: identity(of: request))
        if let name = HTTPField.Name("x-openapi-seqid") {
            response.headers[name] = Hexadecimal.text(surroundings.randomBytes(8))
        }
        return response
    }

    /// Whether a request comes from a program. A browser says where its page is from in `Origin`, and a page that has its own name resolve to
    /// this machine still sends that name in `Host`.
    private static func isFromProgram(_ request: Request, overSocket: Bool) -> Bool {
        guard request.headers[.origin] == nil else { return false }
        let host = request.head.authority ?? ""
        // Beside the platform's own sidecar, programs call it by the platform's name.
        return overSocket || host.prefix { $0 != ":" } == "api.weixin.qq.com"
            || SameOriginOnly<BasicRequestContext>.isAddressOrLocalhost(host)
    }

    private func identity(of request: Request) -> Gateway.Identity {
        let path = request.uri.path
        guard paths.contains(path) else {
            return .refused(Refusal(.pathNotOnList, "\(Refusal.quoted(path)) is not on the list of paths"))
        }
        let query = CallQuery(request.uri)
        let tokens: [Substring] = ["access_token", "component_access_token", "cloudbase_access_token"]
        if tokens.contains(where: { query.raw($0) != nil }) { return .token }
        return identity(named: query.raw("from_appid"))
    }

    private func identity(named appID: String?) -> Gateway.Identity {
        if let appID = appID.map({ AppID($0) }) ?? account { return .account(appID) }
        return .refused(
            Refusal(
                .accessTokenMissing, "say whose call it is with from_appid=..., or start the server with an account"))
    }

    // MARK: By name

    private struct Invocation: Decodable {
        let api: String
        let data: JSONValue?
        /// The account, in place of the one configured.
        let appid: String?
        /// False to take the keys as they are.
        let convertCase: Bool?
    }

    private func invoke(_ request: Request, _ address: String?) async throws -> Response {
        guard request.method == .post else {
            return Self.failure("", code: -604_100, "system error: error code: -604100")
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: CallBody.largest)
        } catch is NIOTooManyBytesError {
            return Self.failure("", code: -501_007, "invalid parameters: the body is too large")
        }
        guard
            body.withUnsafeReadableBytes(JSONSyntax.isValid),
            let call = try? JSONDecoder().decode(Invocation.self, from: Data(body.readableBytesView))
        else { return Self.failure("", code: -501_007, #"invalid parameters: send {"api":"...","data":{...}}"#) }
        guard let endpoint = CloudCall.endpoints[call.api] else {
            return Self.failure(String(call.api.prefix(100)), code: -604_100, "system error: error code: -604100")
        }
        guard declarations.contains(call.api) else {
            return Self.failure(call.api, code: -604_101, "system error: error code: -604101")
        }
        var data = call.data ?? .object([:])
        guard case .object = data else { return Self.failure(call.api, code: 47001, "data format error") }
        if call.convertCase != false { data = CloudCall.snakeCased(data) }
        let json = Array(EncodedJSON.text(data).utf8)
        let message = Request(
            head: HTTPRequest(
                method: endpoint.method == .post ? .post : .get, scheme: "http", authority: "cloud", path: endpoint.path
            ),
            body: RequestBody(buffer: ByteBuffer(bytes: endpoint.method == .post ? json : [])))
        let response = try await gateway.respond(to: message, address: address, as: identity(named: call.appid))
        return try await Self.answer(response, to: call.api)
    }

    /// The platform's answer as its cloud SDK tells of it.
    private static func answer(_ response: Response, to api: String) async throws -> Response {
        let collector = BodyCollector()
        try await response.body.write(collector)
        guard
            case .object(var members) = try JSONDecoder().decode(
                JSONValue.self, from: Data(collector.buffer.readableBytesView))
        else { return failure(api, code: -604_103, "system error: error code: -604103") }
        if case .number(let code) = members["errcode"], code != 0 {
            let text = if case .string(let text) = members["errmsg"] { text } else { "" }
            return failure(api, code: code, text, reason: response.headers[.taglineReason])
        }
        members["errcode"] = nil
        members["errmsg"] = nil
        var json = JSONText()
        json.object { answer in
            if case .object(let converted) = CloudCall.camelCased(.object(members)) {
                for (name, value) in converted.sorted(by: { $0.key < $1.key }) {
                    answer.field(name) { $0.raw(EncodedJSON.text(value)) }
                }
            }
            answer.field("errCode", 0)
            answer.field("errMsg", "openapi.\(api):ok")
        }
        return .json(json)
    }

    private static func failure(_ api: String, code: Int, _ text: String, reason: String? = nil) -> Response {
        var response = Response.json {
            $0.field("errCode", code)
            $0.field("errMsg", "openapi.\(api):fail \(text)")
        }
        response.headers[.taglineReason] = reason
        return response
    }
}

/// Takes an answer of the gateway, which is small, into memory.
private final class BodyCollector: ResponseBodyWriter {
    private(set) var buffer = ByteBuffer()

    func write(_ buffer: ByteBuffer) {
        self.buffer.writeImmutableBuffer(buffer)
    }

    func finish(_ trailingHeaders: HTTPFields?) {}
}
