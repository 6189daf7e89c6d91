/// A file with the parts of a call that are too long for a page.
enum CallFile: String, Sendable {
    /// All that the journal keeps of the call, as JSON.
    case record
    /// The body of the request, which a `curl` command can send.
    case request

    static let path = "\(ConsoleScreen.calls.path)/file"

    func address(of number: Int) -> String {
        FormFields.address(Self.path, [("call", "\(number)"), ("part", rawValue)])
    }

    /// Returns the name under which a browser saves the file.
    func name(of number: Int) -> String {
        switch self {
        case .record: "call-\(number).json"
        case .request: "call-\(number)-request.json"
        }
    }
}
