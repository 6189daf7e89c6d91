import Foundation
import NIOCore
import NIOHTTP1

// Sends an answer as a fault rule asks: in pieces, or not at all.
extension APIConnection {
    func deliver(_ response: APIResponse, _ delivery: Delivery, _ context: ChannelHandlerContext) {
        guard let pieces = delivery.pieces else { return depart(delivery.ending, context) }
        if !request.head.isKeepAlive || !context.channel.isActive { state.isLast = true }
        var (bytes, rest) = responses.bytes(
            of: response, withBody: request.head.method != .HEAD, connection: state.isLast ? "close" : nil)
        if let rest { bytes.writeImmutableBuffer(rest) }
        state.phase = .delivering
        hold(bytes.readableBytes, context)
        sendPieces(
            of: PiecewiseAnswer(bytes, pieces), delivery.ending, until: .now() + bounds.delivery, context)
    }

    private func sendPieces(
        of answer: PiecewiseAnswer, _ ending: Delivery.Ending, until deadline: NIODeadline,
        _ context: ChannelHandlerContext
    ) {
        guard case .delivering = state.phase, context.channel.isActive else { return }
        var answer = answer
        guard let piece = answer.next() else { return depart(ending == .keep ? .silence : ending, context) }
        context.writeAndFlush(wrapOutboundOut(piece), promise: nil)
        if answer.isWhole { return delivered(ending, context) }
        guard .now() < deadline else { return context.close(promise: nil) }
        startTimer(answer.pause, context) { [answer] in
            self.sendPieces(of: answer, ending, until: deadline, context)
        }
    }

    private func delivered(_ ending: Delivery.Ending, _ context: ChannelHandlerContext) {
        holdNothing()
        state.pace.givesAnswer(of: lastAnswer)
        guard ending == .keep else { return depart(ending, context) }
        if state.isLast { return end(context) }
        becomeIdle()
        goOn(context)
    }

    /// Ends the connection as `ending` says. The caller may have received no answer, a part of an answer, or a whole
    /// answer.
    private func depart(_ ending: Delivery.Ending, _ context: ChannelHandlerContext) {
        state.isLast = true
        switch ending {
        case .keep, .close: end(context)
        case .reset:
            let seconds = linger(l_onoff: 1, l_linger: 0)
            (context.channel as? any SocketOptionProvider)?.setSoLinger(seconds).whenComplete { _ in }
            context.close(promise: nil)
        case .silence:
            // The connection is idle from now on, so the ``ConnectionTable`` may close it to make room for another.
            discardInput(for: bounds.idle, context)
            if state.isInputClosed { context.close(promise: nil) }
        }
    }
}
