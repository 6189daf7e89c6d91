import Foundation
import ServiceLifecycle
import TaglineServer

/// Says that the sandbox is up: to people on standard output, to scripts in the ready file.
struct Announcement: Service {
    let openings: ListenerOpenings
    let count: Int
    let settings: SandboxSettings
    let directory: DataDirectory
    let authority: URL?

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            guard let ports = await openings.ports(of: count) else { return }
            let ready = ReadyFile(
                http: "http://\(host):\(ports[.http] ?? 0)",
                https: "https://\(host == "127.0.0.1" ? "localhost" : host):\(ports[.https] ?? 0)",
                admin: "http://127.0.0.1:\(ports[.admin] ?? 0)",
                pid: ProcessInfo.processInfo.processIdentifier, ca: authority?.path)
            if let file = settings.readyFile { try ready.write(to: file) }
            // Nobody may be reading; the sandbox runs all the same.
            try? FileHandle.standardOutput.write(contentsOf: Data(text(ready).utf8))
        }
        try? await gracefulShutdown()
    }

    private var host: String {
        switch settings.bind {
        case "0.0.0.0", "::": "127.0.0.1"
        case let address where address.contains(":"): "[\(address)]"
        case let address: address
        }
    }

    private func text(_ ready: ReadyFile) -> String {
        let account = DemoWorld.service
        let openIDs = DemoWorld.documentedOpenIDs.map { "\"\($0)\"" }.joined(separator: ",")
        let body = "{\"openid_list\":[\(openIDs)],\"tagid\":\(DemoWorld.guangdong)}"
        let token =
            "\(ready.http)/cgi-bin/token?grant_type=client_credential&appid=\(account.appID)&secret=\(account.secret)"
        return """
            Tagline sandbox: a WeChat Official Account on this machine. Ctrl-C ends it.

              API    \(ready.http)   \(ready.https)
              Admin  \(ready.admin)
              Data   \(directory.url.path)\(directory.isTemporary ? " (temporary: removed at exit; --data DIR keeps it)" : "")
              HTTPS  \(trust)

            The demo account: appid \(account.appID)  secret \(account.secret)

            The documented example, to paste into another terminal:

            curl -s "\(ready.http)/cgi-bin/tags/members/batchtagging?access_token=$(curl -s '\(token)' | cut -d'"' -f4)" \
            -d '\(body)'


            """
    }

    private var trust: String {
        guard let authority else { return "with your own certificate" }
        return "trust \(authority.path) (curl --cacert FILE; SSL_CERT_FILE=FILE; or your system's trust store)"
    }
}
