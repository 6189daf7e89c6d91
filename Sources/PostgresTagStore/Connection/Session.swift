import CLibPQ

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The longest times that a session waits.
struct SessionLimits: Sendable {
    /// The time for the server to run one statement.
    var statement: Duration = .seconds(10)
    /// The time for the answer to a statement to arrive, including the network.
    var answer: Duration = .seconds(15)
}

/// A session of libpq, used by one thread at a time.
///
/// The session waits with `poll`, and never longer than ``SessionLimits/answer``, even if the network fails in the
/// middle of an answer.
final class Session {
    private let libpq: tagline_libpq
    private let pointer: OpaquePointer
    private let limits: SessionLimits
    /// Whether the session must not be used again.
    private(set) var isBroken = false
    /// Returns whether the session must stop waiting for an answer.
    ///
    /// A waiting session calls this function five times a second. If it is nil, only ``SessionLimits/answer`` ends a
    /// wait.
    var mustEnd: (() -> Bool)?

    /// Connects to the first host in `address` that accepts changes.
    ///
    /// Waits for each host at most as long as the `connect_timeout` of the address allows.
    ///
    /// Throws ``DatabaseError`` with the message of the server or the network.
    init(_ address: DatabaseAddress, limits: SessionLimits) throws(DatabaseError) {
        let libpq = try LibPQ.load()
        guard let pointer = address.connect(libpq) else { throw DatabaseError(.unreachable, "out of memory") }
        guard libpq.PQstatus(pointer) == CONNECTION_OK else {
            let message = Self.message(libpq, pointer)
            libpq.PQfinish(pointer)
            throw DatabaseError(.unreachable, message)
        }
        _ = libpq.PQsetnonblocking(pointer, 1)
        // This receiver ignores the server's notices. Without a receiver, libpq would print them.
        _ = libpq.PQsetNoticeReceiver(pointer, { _, _ in }, nil)
        // Set the properties last. After that, an error in this initialiser would run `deinit`, which would end the
        // session a second time.
        (self.libpq, self.pointer, self.limits) = (libpq, pointer, limits)
    }

    deinit { libpq.PQfinish(pointer) }

    /// Whether the server has ended the session while the store was not waiting for an answer.
    var isStale: Bool {
        var descriptor = pollfd(fd: libpq.PQsocket(pointer), events: Int16(POLLIN), revents: 0)
        guard descriptor.fd >= 0 else { return true }
        guard poll(&descriptor, 1, 0) != 0 else { return false }
        return libpq.PQconsumeInput(pointer) != 1 || libpq.PQstatus(pointer) != CONNECTION_OK
    }

    /// Marks the session as broken.
    func abandon() { isBroken = true }

    // MARK: Sending

    func enterPipeline() throws(DatabaseError) { try check(libpq.PQenterPipelineMode(pointer)) }

    func exitPipeline() throws(DatabaseError) { try check(libpq.PQexitPipelineMode(pointer)) }

    /// Asks the server to mark in its answers where the answer to the last statement ends.
    func sync() throws(DatabaseError) { try check(libpq.PQpipelineSync(pointer)) }

    func prepare(_ statement: Statement) throws(DatabaseError) {
        try check(libpq.PQsendPrepare(pointer, statement.name, statement.sql, 0, nil))
    }

    /// Asks the server to run a prepared statement with the values of `request`.
    func send(_ request: Request) throws(DatabaseError) {
        try check(
            request.withPointers { count, values in
                libpq.PQsendQueryPrepared(pointer, request.statement.name, count, values, nil, nil, 0)
            })
    }

    /// Sends SQL of one or more statements.
    func send(_ sql: String) throws(DatabaseError) { try check(libpq.PQsendQuery(pointer, sql)) }

    /// Sends the next piece of the lines that a COPY reads.
    func put(_ piece: [UInt8]) throws(DatabaseError) {
        try repeatedly {
            piece.withUnsafeBytes { bytes in
                libpq.PQputCopyData(pointer, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
            }
        }
        try flush()
    }

    /// Tells the server that a COPY has got all of its lines.
    func endCopy() throws(DatabaseError) { try repeatedly { libpq.PQputCopyEnd(pointer, nil) } }

    /// Tells the server to stop a COPY and to drop its lines.
    func cancelCopy() throws(DatabaseError) { try repeatedly { libpq.PQputCopyEnd(pointer, "stopped") } }

    /// Repeats `send` until it succeeds, and flushes libpq's buffer each time that the buffer is full.
    private func repeatedly(_ send: () -> Int32) throws(DatabaseError) {
        while true {
            switch send() {
            case 1: return
            case 0: try flush()
            default: throw broken(DatabaseError(.lost, Self.message(libpq, pointer)))
            }
        }
    }

    /// Sends the data that libpq has buffered.
    func flush() throws(DatabaseError) {
        let end = ContinuousClock.now + limits.answer
        while true {
            switch libpq.PQflush(pointer) {
            case 0: return
            case 1:
                try wait(for: Int16(POLLIN | POLLOUT), until: end)
                try check(libpq.PQconsumeInput(pointer))
            default: throw broken(DatabaseError(.lost, Self.message(libpq, pointer)))
            }
        }
    }

    // MARK: Results

    /// Returns the next result, which the caller must clear; nil at the end of a statement's results.
    func next() throws(DatabaseError) -> OpaquePointer? {
        if libpq.PQisBusy(pointer) != 0 {
            let end = ContinuousClock.now + limits.answer
            repeat {
                try wait(for: Int16(POLLIN), until: end)
                try check(libpq.PQconsumeInput(pointer))
            } while libpq.PQisBusy(pointer) != 0
        }
        guard let result = libpq.PQgetResult(pointer) else {
            guard libpq.PQstatus(pointer) == CONNECTION_OK else {
                throw broken(DatabaseError(.lost, "the connection to the database was lost"))
            }
            return nil
        }
        return result
    }

    func status(of result: OpaquePointer) -> ExecStatusType { libpq.PQresultStatus(result) }

    func clear(_ result: OpaquePointer) { libpq.PQclear(result) }

    /// Returns the rows of a result. The rows clear the result themselves.
    func rows(of result: OpaquePointer) -> ResultRows { ResultRows(result, libpq) }

    /// Returns the error in a result.
    func error(of result: OpaquePointer) -> DatabaseError {
        let message =
            libpq.PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
            ?? libpq.PQresultErrorMessage(result).map { String(cString: $0) } ?? ""
        guard let state = libpq.PQresultErrorField(result, Int32(UInt8(ascii: "C"))),
            libpq.PQstatus(pointer) == CONNECTION_OK
        else { return DatabaseError(.lost, message.isEmpty ? "the connection to the database was lost" : message) }
        let severity = libpq.PQresultErrorField(result, Int32(UInt8(ascii: "V"))).map { String(cString: $0) } ?? ""
        return DatabaseError(
            .refused(String(cString: state)), message, endsSession: severity == "FATAL" || severity == "PANIC")
    }

    // MARK: Waiting

    private func wait(for events: Int16, until end: ContinuousClock.Instant) throws(DatabaseError) {
        var descriptor = pollfd(fd: libpq.PQsocket(pointer), events: events, revents: 0)
        while true {
            let left = end - ContinuousClock.now
            guard left > .zero, descriptor.fd >= 0 else {
                throw broken(DatabaseError(.lost, "the database did not answer in \(limits.answer)"))
            }
            if let mustEnd, mustEnd() { throw broken(DatabaseError(.lost, "the call was given up")) }
            let turn = mustEnd == nil ? left : min(left, .milliseconds(200))
            switch poll(&descriptor, 1, Int32(clamping: Int64(turn / .milliseconds(1)) + 1)) {
            case 0: continue
            case -1 where errno == EINTR: continue
            default: return
            }
        }
    }

    private func check(_ success: Int32) throws(DatabaseError) {
        guard success == 1 else {
            throw broken(DatabaseError(.lost, Self.message(libpq, pointer)))
        }
    }

    private static func message(_ libpq: tagline_libpq, _ pointer: OpaquePointer) -> String {
        libpq.PQerrorMessage(pointer).map { String(cString: $0) } ?? ""
    }

    /// Marks the session as broken, and returns `error`.
    func broken(_ error: DatabaseError) -> DatabaseError {
        isBroken = true
        return error
    }
}
