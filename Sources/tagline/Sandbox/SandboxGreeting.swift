import Foundation
import OfficialAccount
import TaglineServer

/// The text that a sandbox prints when it is ready: addresses, credentials, and a command to paste.
struct SandboxGreeting {
    let ready: ReadyFile
    let directory: DataDirectory
    /// The world with which the sandbox starts, and the file that describes this world; nil for the demo world.
    let world: (world: SandboxWorld, file: String)?
    /// Whether the sandbox runs in a container. By default, every port then listens on all addresses, and the admin
    /// plane needs no token.
    let isOpenToAll: Bool
    /// The relaxed accounts, in which calls may name openids such as `OPENID1`.
    let relaxed: [AppID]

    var text: String {
        guard let world else { return demoText }
        return """
            \(addresses)
              World    \(world.file)
            \(warning)
            A token, in another terminal:

            curl -s \(ShellText.quoted(token(of: world.world.sample)))


            """
    }

    private var addresses: String {
        """
        Tagline sandbox: a WeChat Official Account on this machine. Ctrl-C ends it.

          API      \(ready.http)   \(ready.https ?? "")
          Console  \(ready.console)
          Admin    \(ready.admin)
          Data     \(directory.url.path)\(directory.isTemporary ? " (temporary: removed at exit; --data DIR keeps it)" : "")
          HTTPS    \(trust)
        """
    }

    private func token(of sample: (appID: AppID, secret: String)?) -> String {
        "\(ready.http)/cgi-bin/token?grant_type=client_credential"
            + "&appid=\(Self.encoded(sample?.appID.rawValue ?? "APPID"))"
            + "&secret=\(Self.encoded(sample?.secret ?? "SECRET"))"
    }

    /// Returns `text` with escapes for a query, because a secret can contain every printable ASCII character.
    private static func encoded(_ text: String) -> String { (try? AdminClient.escaped(text)) ?? text }

    private var demoText: String {
        """
        Tagline sandbox: a WeChat Official Account on this machine. Ctrl-C ends it.

          API      \(ready.http)   \(ready.https ?? "")
          Console  \(ready.console)   (view and change it in a browser)
          Admin    \(ready.admin)
          Cloud    \(ready.cloud ?? "")   (no token: calls act as the demo account)
          Data     \(directory.url.path)\(directory.isTemporary ? " (temporary: removed at exit; --data DIR keeps it)" : "")
          HTTPS    \(trust)
        \(warning)
        The demo account: appid \(account.appID)  secret \(account.secret)

        The documented example, to paste into another terminal:

        curl -s "\(ready.http)/cgi-bin/tags/members/batchtagging?access_token=$(curl -s '\(token)' | cut -d'"' -f4)" \
        -d '\(body)'


        """
    }

    private var warning: String { relaxedNote + containerWarning }

    private var relaxedNote: String {
        guard !relaxed.isEmpty else { return "" }
        return """

            Relaxed: \(relaxed.map(\.rawValue).joined(separator: ", ")). Calls may name any openid there, such as OPENID1.

            """
    }

    private var containerWarning: String {
        guard isOpenToAll else { return "" }
        return """

            In a container: every port listens on all addresses and asks for no token, the admin plane too. Every client that
            reaches them can do everything in this sandbox. Publish them to your own machine or network only
            (-p 127.0.0.1:8080:8080).

            """
    }

    private var account: DemoWorld.Credentials { DemoWorld.service }

    private var token: String {
        "\(ready.http)/cgi-bin/token?grant_type=client_credential&appid=\(account.appID)&secret=\(account.secret)"
    }

    private var body: String {
        let openIDs = DemoWorld.documentedOpenIDs.map { "\"\($0)\"" }.joined(separator: ",")
        return "{\"openid_list\":[\(openIDs)],\"tagid\":\(DemoWorld.guangdong)}"
    }

    private var trust: String {
        guard let authority = ready.ca else { return "with your own certificate" }
        return "trust \(authority) (curl --cacert FILE; SSL_CERT_FILE=FILE; or your system's trust store)"
    }
}
