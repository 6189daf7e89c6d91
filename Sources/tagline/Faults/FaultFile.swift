import Foundation
import TaglineServer

/// A file of fault rules.
enum FaultFile {
    /// Returns the fault rules in `file`. Throws ``StartFailure`` if the file cannot be read or holds mistakes; the
    /// message names each mistake and its line.
    ///
    /// - Parameter file: the path; `-` for standard input.
    static func read(_ file: String) throws -> FaultSet {
        let data: Data
        do throws(SmallFile.Unreadable) {
            data = try SmallFile(path: file == "-" ? nil : file, longest: FileNode.longest).content()
        } catch {
            throw StartFailure.badSetting("\(file) cannot be read: \(error)")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw StartFailure.badSetting("\(file) is not text in UTF-8")
        }
        do throws(FileMistake) {
            return try FaultSet(yaml: text)
        } catch {
            throw StartFailure.badSetting("\(file), \(error)")
        }
    }
}
