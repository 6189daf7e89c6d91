import Synchronization
import Testing

@testable import tagline

/// Checks that a push to a third-party platform goes only to the configured address, even if an answer names another
/// address.
@Suite struct EventPostTests {
    /// Runs `body` with the address of a server that no push may reach, and returns the number of requests to that
    /// server.
    private static func requests(
        during body: (_ forbidden: String) async throws -> Void
    ) async throws -> Int {
        let count = Mutex(0)
        try await BadServer.with({ _, _, _ in
            count.withLock { $0 += 1 }
            return .text("success")
        }) { try await body($0.address) }
        return count.withLock { $0 }
    }

    @Test(arguments: Array(300...308) + [399])
    func `a push follows no redirect, and fails with the status of the answer`(status: Int) async throws {
        let count = try await Self.requests { forbidden in
            for place in [forbidden + "/inside", forbidden.replacing("http:", with: "https:"), "/elsewhere", ""] {
                let asked = Mutex(0)
                try await BadServer.with({ _, _, _ in
                    asked.withLock { $0 += 1 }
                    return .text("success", status: "\(status) Moved\r\nLocation: \(place)")
                }) { server async throws in
                    let error = await #expect(throws: EventPost.Redirected.self) {
                        try await EventPost.send(server.address + "/events", "<xml/>")
                    }
                    #expect(error?.description.hasPrefix("the event address answers \(status), a redirect") == true)
                }
                #expect(asked.withLock { $0 } == 1, "\(place)")
            }
        }
        #expect(count == 0)
    }

    @Test(
        arguments: [
            .nothing, .stalled("HTTP/1.1 200 OK\r\n"), .stalled("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"),
            .stalled("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsuccess"),
            .stalled("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nsuccess\r\n"),
        ] as [BadServer.Answer])
    func `a push fails if the answer has no end within the time limit`(answer: BadServer.Answer) async throws {
        try await BadServer.with({ _, _, _ in answer }) { server async throws in
            let error = await #expect(throws: EventPost.TooSlow.self) {
                try await EventPost.send(server.address, "<xml/>", within: .milliseconds(100))
            }
            #expect(error?.description.contains("no whole answer") == true)
        }
    }

    @Test(arguments: ["Location", "Refresh", "Content-Location", "Link", "Alt-Svc"])
    func `no header of an answer sends a push to another address`(name: String) async throws {
        let count = try await Self.requests { forbidden in
            let values = ["Refresh": "0; url=\(forbidden)", "Link": "<\(forbidden)>; rel=next", "Alt-Svc": "h2=\":1\""]
            let header = "\(name): \(values[name] ?? forbidden)"
            for (status, text) in [("200 OK", "success"), ("201 Created", ""), ("503 Service Unavailable", "")] {
                try await BadServer.with({ _, _, _ in .text("success", status: "\(status)\r\n\(header)") }) {
                    server async throws in
                    #expect(try await EventPost.send(server.address, "<xml/>") == text, "\(status)")
                }
            }
        }
        #expect(count == 0)
    }
}
