#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The reason why this program cannot safely write a file, or cannot read it.
package struct FreshFileFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Cause: Hashable, Sendable {
        case isLink
        /// The file has a second name, so a write would also change the content under the second name.
        case hasOtherNames
        case isNotAFile
        case isForeign
        /// The content of the file is not UTF-8, although the program keeps a text in it.
        case isNotText
        /// Another process has replaced the file that this program created.
        case wasReplaced
        /// The error number of a system call.
        case system(Int32)
    }

    package let path: String
    package let cause: Cause

    package init(_ path: String, _ cause: Cause) {
        self.path = path
        self.cause = cause
    }

    /// The reason without the path, such as `it is a symbolic link`.
    package var reason: String {
        switch cause {
        case .isLink: "it is a symbolic link"
        case .hasOtherNames: "it has a second name, a hard link, whose content would change too"
        case .isNotAFile: "it is not a regular file"
        case .isForeign: "it belongs to another user"
        case .isNotText: "its content is not UTF-8"
        case .wasReplaced: "another process has replaced it"
        case .system(let number): String(cString: strerror(number))
        }
    }

    package var description: String { "\(path) cannot be used: \(reason)" }
}
