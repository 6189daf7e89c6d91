import ArgumentParser
import BulkRuns
import Foundation
import NIOCore
import OfficialAccountClient

struct HealthcheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck",
        abstract: "Check whether a running server is healthy, and exit with 0 or 1.",
        discussion: """
            For containers whose image has no shell, and for scripts. It asks the admin plane for /healthz, which answers as long as \
            the server is alive. With --ready it asks for /readyz, which answers only while the server can write. No token is \
            needed.

            Without --url it asks the address in TAGLINE_ADMIN_URL. If this variable is not set, it asks this machine at the port \
            in TAGLINE_ADMIN_PORT, or at port 8090 by default. It uses no proxy, whatever the environment says.

            \(Examples.text(["tagline healthcheck", "tagline healthcheck --ready --url http://10.0.0.5:8090"]))

            Exit codes: 0 if the server is healthy, 1 if it is not or does not answer within --timeout, 64 for a wrong option.
            """)

    @Flag(help: "Check whether the server can write, and not only whether it is alive.")
    var ready = false

    @Option(help: "Address of the admin plane.")
    var url: String?

    @Option(help: "Seconds to wait for the answer, 1 to 60. (default: 3)")
    var timeout: Int?

    mutating func run() async throws {
        let seconds = timeout ?? 3
        guard 1...60 ~= seconds else {
            throw StartFailure.badSetting("--timeout \(seconds) is not from 1 to 60 seconds")
        }
        let (text, option) = try Self.address(
            url, ProcessInfo.processInfo.environment.mapValues(SecretText.trimmed))
        let address = try TypedAddress(text, option: option, isPlain: true)
        let path = ready ? "/readyz" : "/healthz"
        let status: Int
        do throws(ConnectionFault) {
            status = try await HealthProbe.status(of: address, path, within: .seconds(Int64(seconds)))
        } catch {
            let reason =
                error == .silent ? " within \(seconds.counted("second"))" : ": \(error.sentence(to: address.url))"
            throw StartFailure.failed("there is no answer from \(address.url)\(path)\(reason)")
        }
        guard status == 200 else { throw StartFailure.failed("the server answers \(path) with \(status)") }
    }

    /// Returns the address to check, and the option or variable that gave it. Throws ``StartFailure`` for an invalid
    /// port.
    static func address(_ url: String?, _ environment: [String: String]) throws -> (text: String, option: String) {
        if let url { return (url, "--url") }
        if let url = environment["TAGLINE_ADMIN_URL"], !url.isEmpty { return (url, "TAGLINE_ADMIN_URL") }
        let port = environment["TAGLINE_ADMIN_PORT"].flatMap { $0.isEmpty ? nil : $0 } ?? "8090"
        guard Int(port).map((1...65_535).contains) == true else {
            throw StartFailure.badSetting("TAGLINE_ADMIN_PORT \(port) is not a valid port; name the address with --url")
        }
        return ("http://127.0.0.1:\(port)", "TAGLINE_ADMIN_PORT")
    }
}
