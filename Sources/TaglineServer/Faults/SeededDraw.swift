import Foundation

/// Numbers that follow from what they are drawn for and from nothing else, so that no other draw can change them.
struct SeededDraw {
    private var state: UInt64

    /// - Parameters:
    ///   - seed: what a person chose.
    ///   - words: what the draw is for.
    init(seed: UInt64, _ words: String...) {
        state = seed ^ 0xCBF2_9CE4_8422_2325
        for word in words {
            // No byte of UTF-8 is 0xFF, so two lists of words never look alike.
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

    /// From 0 up to 1, without 1.
    mutating func unit() -> Double {
        Double(next() >> 11) / Double(1 << 53)
    }

    /// Around 0, with a deviation of 1.
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - unit())).squareRoot()
        return radius * cos(2 * .pi * unit())
    }
}
