import ArgumentParser
import Foundation

/// Why a command, such as a server, did not start or had to stop: one line for a person, and the exit code.
enum StartFailure: Error, CustomStringConvertible {
    /// An option or an environment variable has an invalid value.
    case badSetting(String)
    case failed(String)

    var description: String {
        switch self {
        case .badSetting(let line), .failed(let line): line
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .badSetting: .validationFailure
        case .failed: .failure
        }
    }
}
