import ArgumentParser
import Foundation

/// Why a server did not start or had to stop: one line for a person, and the exit code.
enum StartFailure: Error, CustomStringConvertible {
    /// An option or an environment variable has a value that cannot be right.
    case badSetting(String)
    case failed(String)

    var description: String {
        switch self {
        case .badSetting(let line), .failed(let line): line
        }
    }

    /// Runs the body; a failure becomes one line on standard error and its exit code.
    static func reporting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let failure as StartFailure {
            try? FileHandle.standardError.write(contentsOf: Data("tagline: \(failure)\n".utf8))
            throw failure.exitCode
        } catch is DecodingError {
            return try await reporting {
                throw StartFailure.failed("the answer is none of an admin plane; is its address right?")
            }
        } catch let error as CocoaError where error.code.rawValue >= 512 && error.code.rawValue < 1024 {
            return try await reporting { throw StartFailure.failed("the output cannot be written") }
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .badSetting: .validationFailure
        case .failed: .failure
        }
    }
}
