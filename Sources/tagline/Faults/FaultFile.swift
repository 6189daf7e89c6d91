import Foundation
import TaglineServer

/// A file of fault rules.
enum FaultFile {
    /// Throws ``StartFailure`` with each mistake and its line.
    static func read(_ file: String) throws -> FaultSet {
        let data: Data? =
            file == "-" ? try? FileHandle.standardInput.readToEnd() : FileManager.default.contents(atPath: file)
        guard let data, let text = String(validating: data, as: UTF8.self) else {
            throw StartFailure.badSetting("\(file) cannot be read as text")
        }
        do throws(FileMistake) {
            return try FaultSet(yaml: text)
        } catch {
            throw StartFailure.badSetting(error.all.map { "\(file), \($0)" }.joined(separator: "\n"))
        }
    }
}
