import NIOCore
import NIOHTTP1

extension APIConnection {
    /// Lets the responder judge the head before the connection keeps more of the body.
    func judge(_ context: ChannelHandlerContext) {
        state.phase = .judging
        let head = request.headAlone
        let connection = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let (responder, peer) = (responder, origin.caller(head.headers))
        Task.immediate(executorPreference: executor) {
            let refusal = await responder.judge(head, from: peer)
            let (handler, context) = connection.value
            handler.judged(refusal, head, context)
        }
    }

    private func judged(_ refusal: APIResponse?, _ head: APIRequest, _ context: ChannelHandlerContext) {
        guard case .judging = state.phase else { return }
        let isEndless = head.bodyLength > CallBody.largest
        let awaitsContinue = request.head.awaitsContinue
        if let refusal {
            request.dropBody()
            holdNothing()
            if isEndless || awaitsContinue { state.isLast = true }
            if let delivery = refusal.delivery {
                state.isLast = true
                return deliver(refusal, delivery, context)
            }
            write(refusal, context)
            guard case .answering = state.phase else { return }
            state.phase = .discarding
        } else if isEndless {
            return refuse(.payloadTooLarge, context)
        } else {
            request.acceptHead()
            state.phase = .gathering
            // Without this answer, the client waits for about a second before it sends its body.
            if awaitsContinue {
                let goOn = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")
                context.writeAndFlush(wrapOutboundOut(goOn), promise: nil)
            }
            hold(request.heldBytes, context)
        }
        goOn(context)
    }
}
