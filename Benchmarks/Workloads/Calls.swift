import EmbeddedTagStore
import Foundation
import OfficialAccount
import Synchronization
import TagStore

@testable import TaglineServer

/// A server on a port, and one connection to it. The client's side of the connection allocates no memory.
private final class BenchServer: Sendable {
    let requests: [[UInt8]]
    private let bench: BenchStore
    private let socket: Int32
    private let running: Task<Void, any Error>
    private let turn = Atomic(0)

    init() async throws {
        bench = try await BenchStore()
        let surroundings = Surroundings(now: { UnixTime(seconds: 1_700_000_000) })
        let quotas = try await QuotaKeeper(
            policy: .none, store: bench.store, surroundings: surroundings, logger: .silent)
        let gateway = Gateway(
            store: bench.store, surroundings: surroundings, quotas: quotas,
            refusedCalls: RefusedCallLog(store: bench.store, logger: .silent), meters: CallMeters())
        let (ports, opened) = AsyncStream.makeStream(of: Int.self)
        let listener = Listener(
            .http, host: "127.0.0.1", port: 0, connections: ConnectionTable(ConnectionTable.Limits(all: 64)),
            heldBytes: HeldBytes(), responder: gateway, logger: .silent, opened: { opened.yield($1) })
        running = Task { try await listener.run() }
        guard let port = await ports.first(where: { _ in true }) else { throw WorkloadFailure("no port was opened") }
        let token = String(repeating: "t", count: 64)
        try await bench.store.issueToken(
            NewToken(fingerprint: Fingerprint(of: token), secret: Fingerprint(of: BenchStore.secret)),
            for: BenchStore.account, at: surroundings.now(), rules: TokenRules())
        requests = bench.lists.map { [tag = bench.tag] list in
            let body = Followers.body(list, tag: tag)
            let head =
                "POST /cgi-bin/tags/members/batchtagging?access_token=\(token) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
                + "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
            return Array(head.utf8) + body
        }
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw WorkloadFailure("the server cannot be reached") }
    }

    func call() throws {
        let request = requests[turn.wrappingAdd(1, ordering: .relaxed).oldValue % requests.count]
        guard write(socket, request, request.count) == request.count else {
            throw WorkloadFailure("the request was not sent")
        }
        try withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { buffer in
            let count = read(socket, buffer.baseAddress, buffer.count)
            let ending = Self.success.utf8
            guard count > ending.count, buffer[(count - ending.count)..<count].elementsEqual(ending) else {
                throw WorkloadFailure("a call failed: \(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self))")
            }
        }
    }

    private static let success = #"{"errcode":0,"errmsg":"ok"}"#
}

extension Workload {
    /// Sends one tagging call over HTTP and reads the answer. The server answers when the change is on disk.
    static let call = Workload(name: "call over HTTP") {
        let server = try await BenchServer()
        return { try server.call() }
    }
}
