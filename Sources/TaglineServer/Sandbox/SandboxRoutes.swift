import Hummingbird
import OfficialAccount
import TagStore

/// What only a sandbox's admin plane has: its clock.
struct SandboxRoutes: Sendable {
    let clock: SandboxClock
    /// Does what has become due by a change of the clock.
    let settle: @Sendable () async -> Void

    private struct Advance: Decodable {
        let advance_seconds: Int64
    }

    private static let advance = [
        AdminMember(
            "advance_seconds", .number(1...Int(SandboxClock.furthestLead)), isRequired: true,
            "how far, a hundred years in all at most")
    ]

    var routes: [AdminRoute] {
        [
            AdminRoute(.get, "/sandbox/clock", "The sandbox's time, in Unix seconds.") { _, _ in
                .json { $0.field("now", Int(clock.now.seconds)) }
            },
            AdminRoute(
                .post, "/sandbox/clock", "Put the clock forward.",
                body: .object(Self.advance), statuses: [200, 400, 409]
            ) { request, _ in
                let advance: Advance = try await request.decodeJSON(of: Self.advance)
                do {
                    let now = try clock.advance(bySeconds: advance.advance_seconds)
                    await settle()
                    return .json { $0.field("now", Int(now.seconds)) }
                } catch let error as SandboxClockError {
                    throw AdminError.conflict(error.description)
                }
            },
        ]
    }
}
