import Foundation

/// Draws random numbers that depend only on a seed and on words. Other draws do not change these numbers.
struct SeededDraw {
    private var state: UInt64

    /// - Parameters:
    ///   - seed: the seed of the fault rules, or of one fault.
    ///   - words: the words that distinguish this draw from other draws with the same seed.
    init(seed: UInt64, _ words: String...) {
        state = seed ^ 0xCBF2_9CE4_8422_2325
        for word in words {
            // UTF-8 has no byte 0xFF, so two different lists of words never give the same bytes.
            for byte in Array(word.utf8) + [0xFF] {
                state = (state ^ UInt64(byte)) &* 0x100_0000_01B3
            }
        }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Draws a number from 0 up to 1, without 1.
    mutating func unit() -> Double {
        Double(next() >> 11) / Double(1 << 53)
    }

    /// Draws a normally distributed number with the mean 0 and the standard deviation 1.
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - unit())).squareRoot()
        return radius * cos(2 * .pi * unit())
    }
}
