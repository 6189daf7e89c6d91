import AdminAPI
import Foundation
import NIOCore
import OfficialAccount
import TagStore

/// The facts that the gateway learns about a call while it judges the call, for the journal and for the record of a
/// refused call.
struct CallTrace {
    /// The most bytes of the body, and characters of the query, in the record of a refused call.
    static let notedBytes = 4096

    var caller: Caller?
    var via = CallRecord.Via.account
    /// The third-party platform that calls.
    var platform: AppID?
    /// The fault that the server applied to the call.
    var fault: FiredFault?
    /// The caller's address as text; nil for a call in the same process.
    var address: String?
    /// The body as the caller sent it, also if a fault removes openids from the call.
    var body = CallBody(buffer: ByteBuffer())

    /// Returns the record of the refused call; nil if the caller is unknown.
    func refused(
        _ target: RequestTarget, rid: RequestID, answer: String, at now: UnixTime, in duration: Duration,
        address: String?
    ) -> RefusedCall? {
        guard let caller else { return nil }
        return RefusedCall(
            rid: rid.description, appID: caller.appID, time: now,
            milliseconds: Int(duration / .milliseconds(1)), query: String(target.query.prefix(Self.notedBytes)),
            requestBody: String(decoding: body.buffer.readableBytesView.prefix(Self.notedBytes), as: UTF8.self),
            answer: answer, address: address ?? "")
    }
}
