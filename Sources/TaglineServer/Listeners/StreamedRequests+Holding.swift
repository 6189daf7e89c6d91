import NIOCore

// What a connection holds: answers that the caller does not read, and requests that have not arrived whole.
extension StreamedRequests {
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if !context.channel.isWritable {
            watchUnsent(context)
        } else if !state.isClosing {
            stopUnsentTimer()
        }
        countHeld(context)
        context.fireChannelWritabilityChanged()
    }

    /// Closes the connection if the caller receives nothing for `bounds.idle`. If the caller receives a part of an
    /// answer in this time, the connection stays open, whatever the size of the last write.
    func watchUnsent(_ context: ChannelHandlerContext) {
        stopUnsentTimer()
        let (unsent, taken) = (outflow.unsent(context.channel), outflow.taken(context.channel))
        unsentTimer = context.eventLoop.assumeIsolated().scheduleTask(in: bounds.idle) {
            self.unsentTimer = nil
            let takesMore =
                self.outflow.unsent(context.channel) < unsent || self.outflow.taken(context.channel) > taken
            if takesMore { self.watchUnsent(context) } else { context.close(promise: nil) }
        }
    }

    func stopUnsentTimer() {
        unsentTimer?.cancel()
        unsentTimer = nil
    }

    // MARK: Held bytes

    /// Counts the bytes that this connection holds. If all connections together hold too many bytes, ``HeldBytes`` ends
    /// one connection, which may be this one.
    func countHeld(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        let bytes = state.heldBytes + (hasUnread(context) ? outflow.unsent(context.channel) : 0)
        guard bytes > 0 else {
            share?.release()
            return
        }
        if share == nil { share = makeShare(context) }
        share?.set(bytes)
    }

    /// Returns whether the caller does not read what the server has written.
    func hasUnread(_ context: ChannelHandlerContext) -> Bool {
        !context.channel.isWritable || state.isClosing && !state.isSent
    }

    func makeShare(_ context: ChannelHandlerContext) -> HeldBytes.Share {
        let connection = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        return HeldBytes.Share(of: heldBytes) {
            connection.eventLoop.execute {
                let (handler, context) = connection.value
                guard context.channel.isActive else { return }
                let hasUnread = handler.hasUnread(context)
                handler.breakOff(context) { $0.givesUp(hasUnread: hasUnread) }
            }
        }
    }
}
