import TaglineServer

extension ServerSettings {
    /// Returns the limits for a listener's connections.
    ///
    /// All listeners together stay within the number of files that the process may open. Each of the API's two
    /// listeners gets two fifths of this number. Each other listener gets a twentieth, because few programs use these
    /// listeners. The admin plane gets at most 512 connections, because each of its connections takes 20 kB, ten times
    /// as much as a connection of the API.
    func limits(of purpose: Listener.Purpose, openFiles: Int) -> ConnectionTable.Limits {
        let files = max(640, openFiles - 64)
        let share =
            switch purpose {
            case .http, .https: files * 2 / 5
            case .admin: min(files / 20, 512)
            case .cloud, .cloudSocket: files / 20
            }
        return ConnectionTable.Limits(all: min(connections, share), perAddress: connectionsPerAddress)
    }
}
