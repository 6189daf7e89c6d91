import OfficialAccount

/// Why the admin plane did not do what it was asked for.
enum AdminFailure: CommandFailure {
    /// The server refused, in its own words.
    case refused(String)
    /// There is no server at the address, so nothing was done.
    case unreachable(String)
    /// The connection broke off, and whether it was done is not known.
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
