import Configuration

/// Where the settings of `tagline serve` come from. They can be read again and again.
struct SettingsSources: Sendable {
    let flags: InMemoryProvider
    /// The file that was named on the command line; nil if none was.
    let file: String?
    /// Whether names that are no settings are passed over.
    let isLenient: Bool

    /// Reads the settings. Throws ``StartFailure`` for what cannot work.
    @Sendable func settings() throws -> ServerSettings {
        let environment = EnvironmentVariablesProvider()
        let surroundings = SettingsReader([environment])
        let isLenient = try isLenient || surroundings.isOn(["tagline", "lenient"])
        let file = try (file ?? surroundings.text(["tagline", "config"])).map {
            try SettingsFile($0, isLenient: isLenient)
        }
        var settings = try ServerSettings([flags, environment] + (file.map { [$0.provider] } ?? []))
        settings.warnings = file?.warnings ?? []
        guard (settings.data == nil) != (settings.database == nil) else {
            throw StartFailure.badSetting(
                settings.data == nil
                    ? "--data is missing; name the directory to keep the data in, or a database with --store"
                    : "--data and --store are two places to keep the data in; give one")
        }
        return settings
    }
}
