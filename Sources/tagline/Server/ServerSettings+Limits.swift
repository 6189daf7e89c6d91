import TaglineServer

extension ServerSettings {
    /// The limits of a listener's connections, all within the files that the process may have open: two fifths for each of those
    /// that the API has, and a twentieth for each of the others, which only programs beside the server reach.
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
