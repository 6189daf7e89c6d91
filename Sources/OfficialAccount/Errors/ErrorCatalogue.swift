/// The documented error codes with which the platform can answer this package's calls, and an explanation of each code.
///
/// Sources, in the platform's documentation: the error tables on the pages about tags and tokens, and the global list
/// of codes (`doc/oplatform/developers/errCode`).
public enum ErrorCatalogue {
    /// Every entry of the catalogue, in numeric order of the codes.
    public static let entries: [ErrorExplanation] = families.flatMap(\.self)
        .sorted { $0.code.rawValue < $1.code.rawValue }

    /// The entries, grouped by the kind of mistake; each group has its own file.
    private static let families = [
        serviceFailures, invalidValues, missingValues, expiredTokens, requirements, limitsAndTags,
        missingRights, thirdParty, quotasAndRIDs, cloud, addresses,
    ]

    static let byCode = Dictionary(uniqueKeysWithValues: entries.map { ($0.code, $0) })

    static let limits = Limits()
}
