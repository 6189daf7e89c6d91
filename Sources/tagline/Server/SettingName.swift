import Configuration

/// A setting's name: `http.port` in a file, `--http-port` on the command line, `TAGLINE_HTTP_PORT` in the environment.
enum SettingName {
    static func inFile(_ key: AbsoluteConfigKey) -> String {
        key.components.dropFirst().joined(separator: ".")
    }

    static func flag(_ key: AbsoluteConfigKey) -> String {
        "--" + key.components.dropFirst().joined(separator: "-")
    }
}
