import NIOCore
import NIOHTTP1
import NIOSSL

extension APIConnection {
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is LateRequest: act(on: state.losesHead(), context)
        case is HTTPParserError: act(on: state.breaks(), context)
        // The caller has closed its side without saying so over TLS. The event that follows comes after the input, and
        // HTTP itself tells where a request ends.
        case NIOSSLError.uncleanShutdown: break
        default: context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: act(on: state.quiesces(), context)
        case ChannelEvent.inputClosed: act(on: state.closesInput(), context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// Ends the connection, because the request takes too long or because the connection must give up its held bytes.
    func giveUp(_ context: ChannelHandlerContext) {
        act(on: state.stepToGiveUp, context)
    }

    func act(on step: ConnectionState.Step, _ context: ChannelHandlerContext) {
        switch step {
        case .carryOn: break
        case .refuse(let status): refuse(status, context)
        case .end: end(context)
        case .close: context.close(promise: nil)
        }
    }

    /// Answers `status` to input that has not become a whole call, and ends the connection.
    func refuse(_ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
        state.isLast = true
        let bytes = responses.bytes(of: APIResponse(status: status), withBody: true, connection: "close").start
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        end(context)
    }

    /// Waits until the system has taken every answer, and closes the server's side of the connection. Then discards
    /// further input for `bounds.lingering`. If the server closed the connection at once, the caller could lose an
    /// answer that it has not received yet. Closes the connection if the system has not taken every answer within
    /// `bounds.idle`. This happens if the caller does not read answers.
    func end(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return state.phase = .closing }
        state.awaitsSending()
        discardInput(for: bounds.idle, context)
        // An empty write ends when the writes before it have ended.
        let sent = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: sent)
        sent.futureResult.assumeIsolated().whenComplete { _ in
            self.state.hasSentAnswer()
            guard context.channel.isActive else { return }
            guard !self.state.isInputClosed else { return context.close(promise: nil) }
            context.close(mode: .output, promise: nil)
            self.discardInput(for: self.bounds.lingering, context)
        }
        if !state.isAnswerSent { hold(max(lastAnswer, bounds.unsent.low), context) }
    }
}
