import Foundation
import OfficialAccount
import OfficialAccountClient
import Synchronization

/// Writes a line for every call to a file, to standard error, or to both.
final class CallLog: Sendable {
    private let file: Mutex<FileHandle?>
    private let isVerbose: Bool

    /// Throws ``StartFailure`` if the file cannot be written.
    init(file path: String?, isVerbose: Bool) throws {
        self.isVerbose = isVerbose
        guard let path else {
            file = Mutex(nil)
            return
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StartFailure.badSetting("--log-file \(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        file = Mutex(FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
    }

    func add(_ line: String) {
        let line = line.shown
        if isVerbose { StandardError.write(line + "\n") }
        let failure = file.withLock { file -> (any Error)? in
            do {
                try file?.write(contentsOf: Data((line + "\n").utf8))
                return nil
            } catch {
                // The disk may be full, for example. The command continues without a log.
                file = nil
                return error
            }
        }
        if failure != nil { StandardError.say("--log-file cannot be written any more; the command goes on without it") }
    }
}

/// Logs every call: its time, its name, its duration, and its answer. The log never contains tokens or secrets.
struct LoggedTransport: Transport {
    private let transport: any Transport
    private let log: CallLog

    init(_ transport: any Transport, log: CallLog) {
        self.transport = transport
        self.log = log
    }

    func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8] {
        let began = Date()
        let start = ContinuousClock.now
        do {
            let answer = try await transport.send(call)
            log.add(Self.line(call, began, ContinuousClock.now - start, Self.verdict(answer)))
            return answer
        } catch {
            log.add(Self.line(call, began, ContinuousClock.now - start, "no valid answer: \(error.reason)"))
            throw error
        }
    }

    static func line(_ call: OutgoingCall, _ began: Date, _ length: Duration, _ verdict: String) -> String {
        let time = began.ISO8601Format(.init(includingFractionalSeconds: true))
        let hidden: Set = ["access_token", "secret", "component_access_token", "authorizer_access_token"]
        let query = call.query.map { "\($0.name)=\(hidden.contains($0.name) ? "***" : $0.value)" }
            .joined(separator: "&")
        let path = call.endpoint.path + (query.isEmpty ? "" : "?" + query)
        return
            "\(time) \(call.endpoint.method.rawValue) \(path) \(call.body.count) B, \(Int(length / .milliseconds(1))) ms: \(verdict)"
    }

    /// Returns the errcode and the errmsg of an answer, or "ok" and the size for a success. The text of a success may
    /// contain a token, so the log must not contain this text.
    static func verdict(_ answer: [UInt8]) -> String {
        let text = String(decoding: answer.prefix(2048), as: UTF8.self)
        guard let code = text.firstMatch(of: /"errcode"\s*:\s*"?(-?[0-9]{1,10})/)?.1, code != "0" else {
            return "ok, \(answer.count) B"
        }
        let message = text.firstMatch(of: /"errmsg"\s*:\s*"((?:[^"\\]|\\.)*)"/)?.1 ?? ""
        return "\(code) \(message)"
    }
}
