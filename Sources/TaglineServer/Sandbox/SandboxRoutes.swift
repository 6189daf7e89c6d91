import Foundation
import Hummingbird
import NIOCore
import OfficialAccount
import TagStore

/// What only a sandbox's admin plane has: `GET` and `POST /sandbox/clock`.
public enum SandboxRoutes {
    private struct Advance: Decodable {
        let seconds: Int64

        enum CodingKeys: String, CodingKey {
            case seconds = "advance_seconds"
        }
    }

    public static func add(to router: Router<BasicRequestContext>, clock: SandboxClock) {
        router.get("sandbox/clock") { _, _ in
            Response.json { $0.field("now", Int(clock.now.seconds)) }
        }
        router.post("sandbox/clock") { request, _ in
            let body = try await request.body.collect(upTo: 1024)
            do {
                let advance = try JSONDecoder().decode(Advance.self, from: Data(body.readableBytesView))
                let now = try clock.advance(bySeconds: advance.seconds)
                return Response.json { $0.field("now", Int(now.seconds)) }
            } catch let error as SandboxClockError {
                return .error(error.description, status: .badRequest)
            } catch is DecodingError {
                return .error(#"send {"advance_seconds": a positive whole number}"#, status: .badRequest)
            }
        }
    }
}
