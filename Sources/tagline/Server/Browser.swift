import Foundation

/// The browser of the person who starts a server.
enum Browser {
    /// Opens the page at `address`. If no browser can be opened, prints a message, and the server still runs.
    static func open(_ address: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        #if os(macOS)
        process.arguments = ["open", address]
        #else
        process.arguments = ["xdg-open", address]
        #endif
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.terminationHandler = { ended in
            guard ended.terminationStatus != 0 else { return }
            tellThatNoneOpened(address)
        }
        do {
            try process.run()
        } catch {
            tellThatNoneOpened(address)
        }
    }

    private static func tellThatNoneOpened(_ address: String) {
        try? FileHandle.standardError.write(
            contentsOf: Data("tagline: no browser could be opened; open \(address) yourself\n".utf8))
    }
}
