import TaglineServer

/// Collects the port of each listener when the listener opens.
struct ListenerOpenings: Sendable {
    typealias Opening = (purpose: Listener.Purpose, port: Int)

    private let stream: AsyncStream<Opening>
    private let continuation: AsyncStream<Opening>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    var opened: @Sendable (Listener.Purpose, Int) -> Void {
        { [continuation] in continuation.yield(($0, $1)) }
    }

    /// Waits until `count` listeners are open, and returns their ports. Returns nil if the task is cancelled earlier.
    func ports(of count: Int) async -> [Listener.Purpose: Int]? {
        var ports: [Listener.Purpose: Int] = [:]
        for await opening in stream {
            ports[opening.purpose] = opening.port
            if ports.count == count { return ports }
        }
        return nil
    }
}
