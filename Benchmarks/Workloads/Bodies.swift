import NIOCore
import OfficialAccount

@testable import TaglineServer

extension Workload {
    /// Reads the body of a tagging call, in the form that nearly every client sends.
    static let usualBody = Workload(name: "body, usual form") {
        let bytes = Followers.body(try Followers.list(0, of: 1000), tag: 134)
        return {
            guard let request = bytes.withUnsafeBytes({ TaggingRequest(usual: $0) }) else {
                throw WorkloadFailure("the body was not read")
            }
            use(request)
        }
    }

    /// Reads the same body with the general decoder.
    static let anyBody = Workload(name: "body, any form") {
        let body = CallBody(buffer: ByteBuffer(bytes: Followers.body(try Followers.list(0, of: 1000), tag: 134)))
        return { use(try body.decode(TaggingRequest.self)) }
    }
}
