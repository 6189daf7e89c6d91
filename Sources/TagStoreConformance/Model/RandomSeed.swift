import Foundation

/// The seeds of random tests. A test that fails reports its seed. To repeat the test, put the seed into the environment
/// variable `TAGLINE_SEED`.
public enum RandomSeed {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    /// Returns the seed in `TAGLINE_SEED`. If the variable is not set, each call returns a new seed.
    public static func chosen() -> UInt64 { number("TAGLINE_SEED") ?? .random(in: .min ... .max) }

    /// Returns only the seed in `TAGLINE_SEED` if that variable is set. Otherwise returns the seeds from 1 to
    /// `TAGLINE_SEEDS`, or the `usual` seeds if neither variable is set.
    public static func several(usual: ClosedRange<UInt64>) -> [UInt64] {
        if let seed = number("TAGLINE_SEED") { return [seed] }
        return number("TAGLINE_SEEDS").map { Array(1...max(1, $0)) } ?? Array(usual)
    }
}
