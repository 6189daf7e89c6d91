import AdminAPI

/// The header with which a call asks for a fault on itself, such as `X-Tagline-Fault: 45159 at=answer delay=2s`.
enum FaultHeader {
    static let name = "X-Tagline-Fault"

    private static let inSend = ["bytes", "every", "stop_after"]

    /// Reads the value of the header as the member `do` of a rule. In the value, a number is the errcode, and every
    /// other word is `name=value`. Throws ``FileMistake``.
    static func action(_ text: String) throws(FileMistake) -> FaultRule.Action {
        var members: [(name: String, value: FileNode)] = []
        var send: [(name: String, value: FileNode)] = []
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "," }).prefix(20) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count == 1, Int(parts[0]) != nil {
                members.append(("errcode", FileNode(.scalar(parts[0], isQuoted: false))))
            } else if parts.count == 2 {
                let value = FileNode(.scalar(parts[1], isQuoted: false))
                if inSend.contains(parts[0]) {
                    send.append((parts[0], value))
                } else {
                    members.append((parts[0], value))
                }
            } else {
                throw FileMistake(
                    line: nil, "\(name) must be an errcode and name=value, such as 45159 at=answer delay=2s")
            }
        }
        if !send.isEmpty { members.append(("send", FileNode(.members(send)))) }
        return try FaultReader.action(FileNode(.members(members)), name)
    }
}
