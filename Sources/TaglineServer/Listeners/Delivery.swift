import AdminAPI
import NIOCore

/// How to send an answer in pieces, or not at all, and what to do with the connection after the answer. Only a fault
/// rule asks for this.
final class Delivery: Sendable {
    /// What the server does with the connection after the answer.
    enum Ending: Sendable {
        case keep, close, reset, silence
    }

    /// The pieces of the answer; nil if the server does not send the answer at all.
    let pieces: FaultRule.Pieces?
    let ending: Ending

    /// Returns nil if the server sends the answer as usual.
    init?(_ action: FaultRule.Action) {
        guard action.send != nil || action.connection != .keep else { return nil }
        pieces = action.send
        ending =
            switch action.connection {
            case .keep: .keep
            case .close: .close
            case .reset: .reset
            case .silence: .silence
            }
    }

    /// Returns whether the caller receives only a part of an answer of `bytes` bytes, or nothing of it.
    func isCut(bytes: Int) -> Bool {
        guard let pieces else { return ending != .keep }
        guard let stopAfter = pieces.stopAfter else { return false }
        let (sent, overflow) = pieces.bytes.multipliedReportingOverflow(by: stopAfter)
        return !overflow && sent < bytes
    }
}

/// An answer that the server sends piece by piece.
struct PiecewiseAnswer {
    private var rest: ByteBuffer
    private let size: Int
    private var left: Int
    let pause: TimeAmount

    init(_ bytes: ByteBuffer, _ pieces: FaultRule.Pieces) {
        rest = bytes
        size = pieces.bytes
        left = pieces.stopAfter ?? .max
        pause = TimeAmount(pieces.every.duration)
    }

    /// Whether the server has sent the whole answer.
    var isWhole: Bool { rest.readableBytes == 0 }

    /// Returns the next piece; nil if the server sends no more pieces.
    mutating func next() -> ByteBuffer? {
        guard left > 0, rest.readableBytes > 0 else { return nil }
        left -= 1
        return rest.readSlice(length: min(size, rest.readableBytes))
    }
}
