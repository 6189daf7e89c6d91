import NIOCore
import NIOHTTP1

/// The server has refused a request before the whole request arrived, so no more parts of the request follow.
struct RefusedInput: Error {}

// How a connection refuses input, and how it ends.
extension StreamedRequests {
    func act(on step: StreamedState.Step, _ context: ChannelHandlerContext) {
        switch step {
        case .carryOn: break
        case .sendContinue:
            let head = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        case .refuse(let status):
            write(RefusedAnswer(status), context)
            end(context)
        case .end: end(context)
        case .close: context.close(promise: nil)
        }
    }

    /// Refuses the request that is arriving, and tells the handlers after this one that no more parts of the request
    /// follow.
    func refuse(_ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
        breakOff(context) { $0.refuses(status) }
    }

    func breakOff(_ context: ChannelHandlerContext, _ decide: (inout StreamedState) -> StreamedState.Step) {
        guard !state.isClosing || !state.isSent else { return }
        let wasAwaited = state.isAwaited
        let step = decide(&state)
        guard step != .carryOn || state.isInputOver else { return }
        if !state.isClosing { stopTimer() }
        act(on: step, context)
        if wasAwaited { context.fireErrorCaught(RefusedInput()) }
    }

    func write(_ answer: RefusedAnswer, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// Waits until the system has taken every answer, and closes the server's side of the connection. Then discards
    /// further input for `bounds.lingering`. If the server closed the connection at once, the caller could lose an
    /// answer that it has not received yet.
    func end(_ context: ChannelHandlerContext) {
        guard context.channel.isActive, !state.isClosing else { return }
        state.closes()
        stopTimer()
        seat.becomesIdle(at: .now())
        let sent = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(nothing, promise: sent)
        sent.futureResult.assumeIsolated().whenComplete { _ in self.linger(context) }
        if !state.isSent { watchUnsent(context) }
        countHeld(context)
        isReading = true
        context.read()
    }

    func linger(_ context: ChannelHandlerContext) {
        state.hasSentAnswer()
        stopUnsentTimer()
        guard context.channel.isActive else { return }
        guard !state.isInputClosed else { return context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
        guard context.channel.isActive else { return }
        stopTimer()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: bounds.lingering) { context.close(promise: nil) }
    }

    // MARK: Events

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is LateRequest: refuse(.requestTimeout, context)
        case is HTTPParserError: refuse(.badRequest, context)
        default: context.fireErrorCaught(error)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            if state.quiesces() { context.fireUserInboundEventTriggered(event) }
        case ChannelEvent.inputClosed:
            act(on: state.closesInput(), context)
            context.fireUserInboundEventTriggered(event)
        default: context.fireUserInboundEventTriggered(event)
        }
    }
}
