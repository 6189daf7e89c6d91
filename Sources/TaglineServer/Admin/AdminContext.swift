import Hummingbird
import NIOCore

/// What a request to the admin plane carries through the router: Hummingbird's own storage, and the connection.
public struct AdminContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Waits for `delay`, but not longer than the connection is open. So a caller that opens and closes connections
    /// without end leaves nothing waiting.
    func wait(for delay: Duration) async {
        let isOver = channel.eventLoop.makePromise(of: Void.self)
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(delay)) { isOver.succeed() }
        channel.closeFuture.whenComplete { _ in
            timer.cancel()
            isOver.succeed()
        }
        try? await isOver.futureResult.get()
    }
}
