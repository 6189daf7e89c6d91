import Dispatch
import Foundation
import Synchronization

/// A server with the parts of PostgreSQL's protocol that a node needs. A script chooses the server's answer to each
/// statement: rows, an error, a late answer or no answer.
final class FakeCoordinator: Sendable {
    enum Answer: Sendable {
        /// Rows of texts. The first row sets the number of columns.
        case rows([[String]])
        /// An error with this SQLSTATE. If `isFatal` is true, the server also ends the session.
        case error(String, isFatal: Bool = false)
        case silence
        /// An answer without rows. The server sends this answer after a call of ``FakeCoordinator/release()``.
        case late
    }

    /// Returns the answer to the statement with this name and these values. Nil means an answer without rows.
    typealias Script = @Sendable (_ statement: String, _ values: [String]) -> Answer?

    let port: Int
    private let listener: Int32
    private let state: Mutex<State>
    /// Each late answer waits at this gate, and then opens the gate for the next late answer.
    private let gate = DispatchSemaphore(value: 0)

    private struct State {
        var script: Script
        var asked: [String: Int] = [:]
        var sessions = 0
        var sockets: Set<Int32> = []
    }

    /// A script that lets a store open. The server looks like PostgreSQL 15 with Tagline's tables.
    static let opening: Script = { statement, _ in
        switch statement {
        case "about": .rows([["PostgreSQL 15.20", "on", "on", "f", "f"]])
        case "schema version": .rows([["1"]])
        default: nil
        }
    }

    init(_ script: @escaping Script) throws {
        state = Mutex(State(script: script))
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRINUSE) }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                state.withLock { state in
                    state.sockets.insert(client)
                    state.sessions += 1
                }
                Thread.detachNewThread { [self] in Session(client, self).run() }
            }
        }
    }

    /// The present script.
    var script: Script { state.withLock(\.script) }

    /// Answers by another script from now on.
    func follow(_ script: @escaping Script) { state.withLock { $0.script = script } }

    /// Sends the late answers.
    func release() { gate.signal() }

    private func waitForRelease() {
        gate.wait()
        gate.signal()
    }

    /// Returns how often nodes have asked the server to run `statement`.
    func asked(_ statement: String) -> Int { state.withLock { $0.asked[statement] ?? 0 } }

    /// The number of sessions that began.
    var sessions: Int { state.withLock(\.sessions) }

    func end() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        state.withLock { state in for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) } }
        release()
    }

    private func answer(to statement: String, _ values: [String]) -> Answer {
        let script = state.withLock { state in
            state.asked[statement, default: 0] += 1
            return state.script
        }
        return script(statement, values) ?? .rows([])
    }

    private func forget(_ client: Int32) {
        state.withLock { _ = $0.sockets.remove(client) }
        close(client)
    }

    /// A session. It reads the node's messages and answers each statement as the script says.
    private struct Session {
        private let client: Int32
        private let server: FakeCoordinator
        private var isFailed = false
        private var isOver = false
        private var isInTransaction = false
        private var output: [UInt8] = []

        init(_ client: Int32, _ server: FakeCoordinator) {
            (self.client, self.server) = (client, server)
        }

        func run() {
            var session = self
            session.serve()
            server.forget(client)
        }

        private mutating func serve() {
            // The server declines every request for encryption and then sends its parameters.
            while true {
                guard let body = message(typed: false)?.body else { return }
                if body.starts(with: [4, 210, 22, 47]) || body.starts(with: [4, 210, 22, 48]) {
                    output = [UInt8(ascii: "N")]
                    flush()
                    continue
                }
                break
            }
            write("R", [0, 0, 0, 0])
            for (name, value) in [
                ("server_version", "15.20"), ("client_encoding", "UTF8"), ("in_hot_standby", "off"),
                ("default_transaction_read_only", "off"),
            ] {
                write("S", Array(name.utf8) + [0] + Array(value.utf8) + [0])
            }
            ready()
            flush()
            while !isOver, let message = message(typed: true) { handle(message.type, message.body) }
        }

        private mutating func handle(_ type: UInt8, _ body: [UInt8]) {
            switch type {
            case UInt8(ascii: "Q"):
                write("C", Array("SET".utf8) + [0])
                ready()
                flush()
            case UInt8(ascii: "P"): if !isFailed { write("1", []) }
            case UInt8(ascii: "B"):
                guard !isFailed else { return }
                // The body has the empty name of the portal, the name of the statement, and then the values.
                let name = body.dropFirst().prefix { $0 != 0 }
                run(String(decoding: name, as: UTF8.self), Self.values(in: body[(name.endIndex + 1)...]))
            case UInt8(ascii: "S"):
                isFailed = false
                ready()
                flush()
            case UInt8(ascii: "X"): isOver = true
            default: break
            }
        }

        /// Returns the values of a statement, without their formats. NULL is an empty text.
        private static func values(in body: ArraySlice<UInt8>) -> [String] {
            var rest = body
            func number(_ bytes: Int) -> Int {
                defer { rest = rest.dropFirst(bytes) }
                return rest.prefix(bytes).reduce(0) { $0 << 8 | Int($1) }
            }
            let formats = number(2)
            rest = rest.dropFirst(2 * formats)
            return (0..<number(2)).map { _ in
                let length = Int(Int32(truncatingIfNeeded: number(4)))
                defer { rest = rest.dropFirst(max(0, length)) }
                return String(decoding: rest.prefix(max(0, length)), as: UTF8.self)
            }
        }

        private mutating func run(_ statement: String, _ values: [String]) {
            switch statement {
            case "begin", "begin snapshot": isInTransaction = true
            case "commit", "rollback": isInTransaction = false
            default: break
            }
            var answer = server.answer(to: statement, values)
            if case .late = answer {
                flush()
                server.waitForRelease()
                answer = .rows([])
            }
            switch answer {
            case .late: break
            case .rows(let rows):
                write("2", [])
                let columns = rows.first?.count ?? 0
                write("T", Self.int16(columns) + (0..<columns).flatMap { _ in Self.column })
                for row in rows {
                    write("D", Self.int16(row.count) + row.flatMap { Self.int32($0.utf8.count) + Array($0.utf8) })
                }
                write("C", Array("SELECT \(rows.count)".utf8) + [0])
            case .error(let state, let isFatal):
                let severity = isFatal ? "FATAL" : "ERROR"
                let fields = [("S", severity), ("V", severity), ("C", state), ("M", "an error from the script")]
                write("E", fields.flatMap { Array($0.0.utf8) + Array($0.1.utf8) + [0] } + [0])
                isFailed = true
                if isFatal {
                    flush()
                    isOver = true
                }
            case .silence:
                flush()
                // Waits until the other side closes the connection.
                while recvOne() != nil {}
                isOver = true
            }
        }

        // MARK: Bytes

        private static let column: [UInt8] =
            [0x63, 0] + int32(0) + int16(0) + int32(25) + int16(-1) + int32(-1) + int16(0)

        private static func int32(_ value: Int) -> [UInt8] {
            withUnsafeBytes(of: Int32(truncatingIfNeeded: value).bigEndian, Array.init)
        }

        private static func int16(_ value: Int) -> [UInt8] {
            withUnsafeBytes(of: Int16(truncatingIfNeeded: value).bigEndian, Array.init)
        }

        private mutating func ready() { write("Z", [isInTransaction ? UInt8(ascii: "T") : UInt8(ascii: "I")]) }

        private mutating func write(_ type: String, _ body: [UInt8]) {
            output += Array(type.utf8) + Self.int32(body.count + 4) + body
        }

        private mutating func flush() {
            _ = output.withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            output = []
        }

        private func recvOne() -> UInt8? {
            var byte: UInt8 = 0
            return recv(client, &byte, 1, 0) == 1 ? byte : nil
        }

        /// Returns the next message; nil at the end of the connection.
        private func message(typed: Bool) -> (type: UInt8, body: [UInt8])? {
            guard let type = typed ? recvOne() : 0, let head = bytes(4) else { return nil }
            let length = head.reduce(0) { $0 << 8 | Int($1) }
            guard length >= 4, let body = bytes(length - 4) else { return nil }
            return (type, body)
        }

        private func bytes(_ count: Int) -> [UInt8]? {
            var bytes = [UInt8](repeating: 0, count: count)
            var read = 0
            while read < count {
                let more = bytes.withUnsafeMutableBytes {
                    recv(client, $0.baseAddress.map { $0 + read }, count - read, 0)
                }
                guard more > 0 else { return nil }
                read += more
            }
            return bytes
        }
    }
}
