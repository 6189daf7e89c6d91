import Hummingbird
import NIOCore

/// The context of a request to the admin plane in the router: Hummingbird's own storage, and the connection.
public struct AdminContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    private let channel: any Channel
    /// The interval at which a waiting request checks whether its connection is still open.
    private static let step = Duration.milliseconds(100)

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Waits for `delay`, or until the connection closes. So a caller that opens and closes many connections leaves no
    /// waiting requests.
    func wait(for delay: Duration) async {
        let end = ContinuousClock.now + delay
        // With a callback for the end of the connection, each wrong token would leave a callback in memory.
        while channel.isActive, ContinuousClock.now < end {
            guard (try? await Task.sleep(for: Self.step)) != nil else { return }
        }
    }
}
