import Hummingbird
import NIOCore

/// What a request to the admin plane carries through the router: Hummingbird's own storage, and the connection.
public struct AdminContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    private let channel: any Channel
    /// How often a waiting request looks whether its connection is still open.
    private static let step = Duration.milliseconds(100)

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Waits for `delay`, but not longer than the connection is open. So a caller that opens and closes connections
    /// without end leaves nothing waiting.
    func wait(for delay: Duration) async {
        let end = ContinuousClock.now + delay
        // A callback for the end of the connection would stay with it, one for each wrong token.
        while channel.isActive, ContinuousClock.now < end {
            guard (try? await Task.sleep(for: Self.step)) != nil else { return }
        }
    }
}
