import NIOCore
import OfficialAccount

@testable import TaglineServer

extension Workload {
    /// The body of a tagging in the form that nearly every client sends.
    static let usualBody = Workload(name: "body, usual form") {
        let bytes = Followers.body(try Followers.list(0, of: 1000), tag: 134)
        return {
            guard let request = bytes.withUnsafeBytes({ TaggingRequest(usual: $0) }) else {
                throw WorkloadFailure("the body was not read")
            }
            use(request)
        }
    }

    /// The same body, read by the general decoder.
    static let anyBody = Workload(name: "body, any form") {
        let body = CallBody(buffer: ByteBuffer(bytes: Followers.body(try Followers.list(0, of: 1000), tag: 134)))
        return { use(try body.decode(TaggingRequest.self)) }
    }
}
