import OfficialAccount
import OfficialAccountClient

/// Why a request to the admin plane failed.
enum AdminFailure: CommandFailure {
    /// The server refused the request. The text comes from the server.
    case refused(String)
    /// The command could not connect to the server, so nothing was changed. The text is the server's address. `proxy`
    /// is nil if the request uses no proxy.
    case unreachable(String, ConnectionFault, proxy: String?)
    /// The connection broke. The server may or may not have carried out the request. `beforeAnswer` says whether the
    /// connection broke before an answer began. If so, the port may expect TLS.
    case brokenOff(String, ConnectionFault, beforeAnswer: Bool = false)

    var description: String {
        switch self {
        case .refused(let words): words.shown
        case .unreachable(let base, let cause, proxy: nil) where cause == .refused:
            "there is no admin plane at \(base): \(cause.sentence); start a server, or name its address with --admin-url"
        case .unreachable(let base, let cause, proxy: let proxy):
            "there is no connection to the admin plane at \(base)\(proxy.map { " through the proxy \($0)" } ?? ""): \(cause.sentence); check its address (--admin-url)\(proxy == nil ? "" : " and the proxy")"
        case .brokenOff(let base, let cause, let beforeAnswer):
            "the request to \(base) failed: \(beforeAnswer ? cause.sentence(to: base) : cause.sentence); check the server and try again"
        }
    }
}
