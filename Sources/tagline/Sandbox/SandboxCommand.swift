import ArgumentParser
import Configuration
import Foundation

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Run an Official Account of your own on this machine, for any WeChat SDK to be pointed at.",
        discussion: """
            Nothing needs to be configured. It starts with a demo world: accounts with known appids and secrets, tags, and \
            followers that provoke each documented error. It prints a curl line of the documented example that works as it is.

            Every option can also be set in the environment: --http-port as TAGLINE_HTTP_PORT, and so on. An option on the \
            command line wins.

            Exit codes: 0 after SIGINT or SIGTERM, 1 if it could not start or had to stop, 64 for a wrong option.
            """)

    @Option(help: "Port of the API over HTTP; 0 for any that is free. (default: 8080)")
    var httpPort: Int?

    @Option(help: "Port of the API over HTTPS; 0 for any that is free. (default: 8443)")
    var httpsPort: Int?

    @Option(help: "Port of the admin plane; 0 for any that is free. It always listens on loopback. (default: 8090)")
    var adminPort: Int?

    @Option(help: "Port kept for the cloud gateway, which this version does not open yet. (default: 8081)")
    var cloudPort: Int?

    @Option(
        help:
            "Address the API listens on. Beware: with anything but loopback, others on your network can call it. (default: 127.0.0.1)"
    )
    var bind: String?

    @Option(
        help:
            "Directory to keep the data in; it is made if it is not there. (default: a temporary one, removed at exit)")
    var data: String?

    @Option(help: "File to write the addresses to, as one JSON object, once every port is open.")
    var readyFile: String?

    @Option(help: "Certificate chain for HTTPS, PEM. (default: one signed by a local authority made at first start)")
    var tlsCert: String?

    @Option(help: "Private key of that certificate, PEM.")
    var tlsKey: String?

    @Option(
        help:
            "How much to log to standard error: trace, debug, info, notice, warning, error, critical. (default: warning)"
    )
    var logLevel: String?

    mutating func run() async throws {
        do {
            let settings = try SandboxSettings(flags: flags, environment: EnvironmentVariablesProvider())
            try await Sandbox(settings).run()
        } catch let failure as StartFailure {
            try? FileHandle.standardError.write(contentsOf: Data("tagline: \(failure)\n".utf8))
            throw failure.exitCode
        }
    }

    private var flags: InMemoryProvider {
        let texts: [AbsoluteConfigKey: String?] = [
            SandboxSettings.Key.httpPort: httpPort.map(String.init),
            SandboxSettings.Key.httpsPort: httpsPort.map(String.init),
            SandboxSettings.Key.adminPort: adminPort.map(String.init),
            SandboxSettings.Key.cloudPort: cloudPort.map(String.init),
            SandboxSettings.Key.bind: bind,
            SandboxSettings.Key.data: data,
            SandboxSettings.Key.readyFile: readyFile,
            SandboxSettings.Key.tlsCert: tlsCert,
            SandboxSettings.Key.tlsKey: tlsKey,
            SandboxSettings.Key.logLevel: logLevel,
        ]
        return InMemoryProvider(
            name: "command line",
            values: texts.compactMapValues { $0.map { ConfigValue(.string($0), isSecret: false) } })
    }
}
