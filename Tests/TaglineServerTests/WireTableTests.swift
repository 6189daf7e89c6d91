import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Testing
import WireTable

@testable import TaglineServer

/// Sends requests to the router without a socket.
struct RouterHost: WireHost {
    let client: any TestClientProtocol

    func send(_ request: WireRequest) async throws -> WireResponse {
        var headers = HTTPFields()
        for header in request.headers {
            guard let name = HTTPField.Name(header.name) else { continue }
            headers.append(HTTPField(name: name, value: header.value))
        }
        guard let method = HTTPRequest.Method(request.method) else { throw WireMismatch("no method \(request.method)") }
        return try await client.execute(
            uri: request.path, method: method, headers: headers, body: ByteBuffer(bytes: request.body)
        ) { response in
            WireResponse(
                status: response.status.code,
                headers: Dictionary(
                    response.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { first, _ in first }),
                body: Array(response.body.readableBytesView))
        }
    }
}

@Suite struct WireTableTests {
    @Test func `the server answers the call of each row as the table says, and a refused call changes nothing`()
        async throws
    {
        try await withSandbox { sandbox in
            let run = try await WireRun(host: sandbox.host)
            var failures: [String] = []
            for row in WireTable.cases {
                let before = try await run.view()
                do {
                    try await run.check(row)
                } catch {
                    failures.append("\(error)")
                }
                if case .refused = row.answer, try await run.view() != before {
                    failures.append("\(row): the refusal changed something")
                }
            }
            #expect(failures == [])
        }
    }

    @Test func `a server that is no sandbox answers the rows about pages of a tag as the table says`() async throws {
        try await withSandbox { sandbox in
            let surroundings = Surroundings(now: { testStart })
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            let gateway = Gateway(
                store: sandbox.store, surroundings: surroundings,
                quotas: try await QuotaKeeper(
                    policy: .none, store: sandbox.store, surroundings: surroundings, logger: logger),
                refusedCalls: sandbox.refusedCalls, meters: CallMeters())
            let server = Application(responder: GatewayHost(gateway: gateway), logger: logger)
            try await server.test(.router) { client in
                let run = try await WireRun(host: RouterHost(client: client))
                let rows = WireTable.cases.filter { $0.request.path.hasPrefix("/cgi-bin/user/tag/get?") }
                #expect(rows.count > 8)
                for row in rows { try await run.check(row) }
            }
        }
    }

    @Test func `every call from the creation of a tag to its deletion gets the expected answer`() async throws {
        try await withSandbox { sandbox in
            try await WireLife.live(on: WireRun(host: sandbox.host))
        }
    }

    @Test func `no two rows have the same name`() {
        #expect(Set(WireTable.cases.map(\.description)).count == WireTable.cases.count)
    }
}
