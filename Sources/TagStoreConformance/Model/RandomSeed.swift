import Foundation

/// The seeds of random tests. A test that fails names its seed, and the environment variable `TAGLINE_SEED` sets this
/// seed in every suite.
public enum RandomSeed {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    /// Returns the seed in `TAGLINE_SEED`, or a new seed at each call.
    public static func chosen() -> UInt64 { number("TAGLINE_SEED") ?? .random(in: .min ... .max) }

    /// Returns the seed in `TAGLINE_SEED` alone, the seeds from 1 to `TAGLINE_SEEDS`, or the `usual` seeds.
    public static func several(usual: ClosedRange<UInt64>) -> [UInt64] {
        if let seed = number("TAGLINE_SEED") { return [seed] }
        return number("TAGLINE_SEEDS").map { Array(1...max(1, $0)) } ?? Array(usual)
    }
}
