import AdminAPI
import Foundation
import NIOCore
import OfficialAccount
import TagStore

/// What is learnt of a call while it is judged, for the journal and for the note that is made of it if it is refused.
struct CallTrace {
    /// Bytes of the body that are noted.
    private static let notedBytes = 4096

    var caller: Caller?
    var via = CallRecord.Via.account
    /// The third-party platform that calls.
    var platform: AppID?
    /// The fault that the call meets.
    var fault: FiredFault?
    /// The caller's address as text; nil in process.
    var address: String?
    var body = CallBody(buffer: ByteBuffer())

    /// The note; nil as long as nobody knows whose call it is.
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
