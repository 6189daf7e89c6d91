/// The version of this program.
public enum TaglineVersion {
    /// The version, as `tagline --version` and the description of the admin plane name it.
    public static let current = "0.1.0"
}
