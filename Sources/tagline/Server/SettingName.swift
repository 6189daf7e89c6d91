import Configuration

/// A setting's name: `http.port` in a file, `--http-port` on the command line, `TAGLINE_HTTP_PORT` in the environment.
enum SettingName {
    static func inFile(_ key: AbsoluteConfigKey) -> String {
        key.components.dropFirst().joined(separator: ".")
    }

    /// The names of all settings as a file spells them, in the rows that the help shows.
    static var rows: String {
        ServerSettings.Key.rows.map { "  " + $0.map(inFile).joined(separator: "   ") }.joined(separator: "\n")
    }

    static func flag(_ key: AbsoluteConfigKey) -> String {
        "--" + key.components.dropFirst().joined(separator: "-")
    }
}
