import OfficialAccount

/// Why the admin plane did not carry out a request.
enum AdminFailure: CommandFailure {
    /// The server refused the request. The text is the server's own.
    case refused(String)
    /// No server answers at the address, so nothing was changed.
    case unreachable(String)
    /// The connection broke. The server may or may not have carried out the request.
    case brokenOff(String)

    var description: String {
        switch self {
        case .refused(let words): words.shown
        case .unreachable(let base):
            "there is no admin plane at \(base); start a server, or name its address with --admin-url"
        case .brokenOff(let base):
            "the server at \(base) broke off before it had answered; see how it is and try again"
        }
    }
}
