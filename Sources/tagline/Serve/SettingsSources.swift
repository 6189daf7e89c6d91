import Configuration

/// The sources of the settings of `tagline serve`. The server can read them again.
struct SettingsSources: Sendable {
    let flags: InMemoryProvider
    /// The path of the settings file from the command line; nil if the command line names no file.
    let file: String?
    /// Whether to ignore names in the settings file that are not settings.
    let isLenient: Bool

    /// Reads the settings. Throws ``StartFailure`` for settings that cannot work.
    @Sendable func settings() throws -> ServerSettings {
        let environment = SettingsReader.environment
        let surroundings = SettingsReader([environment])
        let isLenient = try isLenient || surroundings.isOn(["tagline", "lenient"])
        let path = self.file ?? surroundings.text(["tagline", "config"])
        let file = try path.map { try SettingsFile($0, isLenient: isLenient) }
        var settings = try ServerSettings([flags, environment] + (file.map { [$0.provider] } ?? []))
        settings.warnings = file?.warnings ?? []
        var files = settings.files
        files.reads("the file of settings", path, "--config")
        try files.check()
        guard (settings.data == nil) != (settings.database == nil) else {
            throw StartFailure.badSetting(
                settings.data == nil
                    ? "--data is missing; name the directory to keep the data in, or a database with --store"
                    : "--data and --store are two places to keep the data in; use only one")
        }
        return settings
    }
}
