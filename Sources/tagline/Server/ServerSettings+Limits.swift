import TaglineServer

extension ServerSettings {
    /// Returns the limits for a listener's connections. They stay within the number of files that the process may open.
    /// Each of the API's two listeners gets two fifths. Each other listener gets a twentieth, because few programs
    /// call it.
    func limits(of purpose: Listener.Purpose, openFiles: Int) -> ConnectionTable.Limits {
        let files = max(640, openFiles - 64)
        let share =
            switch purpose {
            case .http, .https: files * 2 / 5
            case .admin, .cloud, .cloudSocket: files / 20
            }
        return ConnectionTable.Limits(all: min(connections, share), perAddress: connectionsPerAddress)
    }
}
