import Foundation

/// The reason why the spill file cannot be used.
struct SpillFailure: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// Makes a failure with the system's text for an error number.
    init(_ number: Int32) {
        description = String(cString: strerror(number))
    }
}
