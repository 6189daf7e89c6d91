import AdminAPI
import NIOCore

/// How an answer is sent, where that is not at once and whole. Only a fault asks for it.
final class Delivery: Sendable {
    /// What becomes of the connection.
    enum Ending: Sendable {
        case keep, close, reset, silence
    }

    /// Nil for an answer in one piece, if it is sent at all.
    let pieces: FaultRule.Pieces?
    let ending: Ending

    /// Nil for an answer that is sent as any other.
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

    /// Whether the caller never has the whole answer, over a connection or without one.
    func isCut(bytes: Int) -> Bool {
        guard let pieces else { return ending != .keep }
        guard let stopAfter = pieces.stopAfter else { return false }
        let (sent, overflow) = pieces.bytes.multipliedReportingOverflow(by: stopAfter)
        return !overflow && sent < bytes
    }
}

/// An answer on its way, piece by piece.
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

    /// Whether all of it has been sent.
    var isWhole: Bool { rest.readableBytes == 0 }

    /// The next piece; nil if nothing more is sent.
    mutating func next() -> ByteBuffer? {
        guard left > 0, rest.readableBytes > 0 else { return nil }
        left -= 1
        return rest.readSlice(length: min(size, rest.readableBytes))
    }
}
