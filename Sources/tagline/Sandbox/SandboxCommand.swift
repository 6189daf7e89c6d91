import ArgumentParser
import Configuration
import Foundation

struct SandboxCommand: AsyncParsableCommand, RepeatingOptions {
    static let repeatable = ServerOptions.repeatable

    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Run an Official Account of your own on this machine, and point any WeChat SDK at it.",
        discussion: """
            The sandbox needs no configuration. It starts with a demo world: accounts with known appids and secrets, tags, and \
            followers that provoke each documented error. It prints the documented example as a curl line that you can run, and then \
            a line for each call. tagline calls shows earlier calls too, and with --json also their requests and answers.

            In a container, pass --container: every port listens on all addresses, and the admin plane needs no token. Publish the \
            ports to this machine or to one network only. The project's own image sets this option with TAGLINE_CONTAINER=true.

            --bind, --admin-bind and --cloud-bind choose the addresses of the API, the admin plane and the cloud gateway separately. \
            For example, --cloud-bind 127.0.0.1 in a container closes only the cloud gateway. Without --container, --admin-bind needs \
            an admin token for anything but loopback.

            The admin plane and the cloud gateway accept requests to an address, to localhost, and in a container to a host name \
            without dots. Add other names with --admin-host, such as --admin-host tagline.test; the sandbox's certificate covers them \
            too.

            Every option can also be set in the environment: --http-port as TAGLINE_HTTP_PORT, and so on. An option on the \
            command line takes precedence.

            \(Examples.text(["tagline sandbox", "tagline sandbox --data ~/.tagline-sandbox --http-port 0"]))

            Exit codes: 0 after SIGINT, SIGTERM or SIGHUP, 1 if it could not start or had to stop, 64 for a wrong option. Under nohup, \
            the sandbox ignores SIGHUP.
            """)

    @OptionGroup var options: ServerOptions

    @Option(
        help:
            "Directory to keep the data in; it is created if it does not exist. (default: a temporary one, removed at exit)",
        completion: .directory)
    var data: String?

    @Option(
        help: """
            File with the first accounts, instead of the demo world: an exported state, or YAML of accounts, tags and \
            followers.
            """, completion: .file())
    var world: String?

    @Option(
        help: "File of fault rules to play from the start, YAML or JSON; see tagline faults.", completion: .file())
    var faults: String?

    @Flag(help: "Print no line for each call.") var quiet = false

    @Flag(help: "Open the console in a browser.") var open = false

    mutating func run() async throws {
        let ignoresTerminal = ProcessLimits.ignores(SIGHUP)
        ProcessLimits.endAtOnce(on: [SIGINT, SIGTERM] + (ignoresTerminal ? [] : [SIGHUP]))
        let flags = options.provider(adding: [ServerSettings.Key.data: data])
        let settings = try ServerSettings([flags, SettingsReader.environment], isSandbox: true)
        var files = settings.files
        files.reads("the world", world, "--world")
        files.reads("the faults", faults, "--faults")
        try files.check()
        let wishes = SandboxWishes(
            world: try world.map(SandboxWishes.world), faults: try faults.map(FaultFile.read), isQuiet: quiet,
            opensConsole: open)
        try await Server(settings, as: .sandbox(settings, wishes, ignoresTerminal: ignoresTerminal)).run()
    }
}
