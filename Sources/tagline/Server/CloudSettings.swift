import Foundation
import NIOCore
import NIOPosix
import TaglineServer

/// The settings of the cloud gateway, through which programs make calls without a token.
struct CloudSettings: Sendable {
    let port: Int
    /// The path of a Unix socket on which the gateway listens too; nil if it listens only on the port.
    let socket: String?
    /// The account for a call that names no account; nil for the default of the command, `serve` or `sandbox`.
    let account: String?
    /// The paths that callers may reach; nil for the default of the command, `serve` or `sandbox`.
    let paths: CloudPaths?
    /// The calls that callers may make by name; nil for the default of the command, `serve` or `sandbox`.
    let declarations: CloudDeclarations?
    /// The file to which the server writes a cloudbase_access_token; nil if it writes no token.
    let tokenFile: URL?

    /// Throws ``StartFailure`` for an invalid value.
    init(_ reader: SettingsReader) throws {
        port = try reader.port(ServerSettings.Key.cloudPort, default: 8081)
        socket = reader.text(ServerSettings.Key.cloudSocket)
        // The system limits the length of a Unix socket's path.
        if let socket, socket.utf8.count > 100 {
            throw StartFailure.badSetting(
                "--cloud-socket \(socket) is longer than the 100 bytes a socket's path may have")
        }
        account = reader.text(ServerSettings.Key.cloudAccount)
        tokenFile = reader.file(ServerSettings.Key.cloudTokenFile)
        paths = try reader.file(ServerSettings.Key.cloudPaths).map { file in
            guard let text = String(data: try Self.content(of: file, "the list of paths"), encoding: .utf8) else {
                throw StartFailure.badSetting(
                    "the list of paths cannot be read from \(file.path): it is not text in UTF-8")
            }
            do throws(CloudPaths.BadLine) {
                return try CloudPaths(text: text)
            } catch {
                throw StartFailure.badSetting(
                    "line \(error.number) of \(file.path) is not a path such as /cgi-bin/tags/get, without host, query, .. and %"
                )
            }
        }
        declarations = try reader.file(ServerSettings.Key.cloudConfig).map { file in
            let data = try Self.content(of: file, "the declarations")
            guard
                let declarations = try? JSONDecoder().decode(CloudDeclarations.self, from: data)
            else {
                throw StartFailure.badSetting(
                    #"\#(file.path) is not of the form {"permissions":{"openapi":["officialAccount.tags.batchTagging"]}}"#
                )
            }
            return declarations
        }
    }

    /// The most bytes of a list of paths, and of the declarations.
    private static let longest = 1 << 20

    /// Returns the content of a file, which may be a pipe. Throws ``StartFailure`` if the file cannot be read.
    ///
    /// - Parameter what: the words for the file in the message.
    private static func content(of file: URL, _ what: String) throws -> Data {
        do throws(SmallFile.Unreadable) {
            return try SmallFile(path: file.path, longest: longest).content()
        } catch {
            throw StartFailure.badSetting("\(what) cannot be read from \(file.path): \(error)")
        }
    }

    /// Throws ``StartFailure`` if a setting of the gateway has a value although the gateway does not open.
    func judgeUnopened() throws {
        guard socket == nil, tokenFile == nil, paths == nil, declarations == nil else {
            throw StartFailure.badSetting(
                "the cloud gateway needs an account for its calls; name the account with --cloud-account APPID")
        }
    }

    /// Removes the file of ``socket`` if an earlier run left it. Throws ``StartFailure`` if the file at this path is
    /// not a socket, or if a running server uses the socket.
    func clearSocket() async throws {
        guard let socket, let attributes = try? FileManager.default.attributesOfItem(atPath: socket) else { return }
        guard attributes[.type] as? FileAttributeType == .typeSocket else {
            throw StartFailure.failed("\(socket) is not a socket; choose another with --cloud-socket")
        }
        if let channel = try? await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(unixDomainSocketPath: socket).get()
        {
            try? await channel.close()
            throw StartFailure.failed("another server listens on \(socket); choose another with --cloud-socket")
        }
        try? FileManager.default.removeItem(atPath: socket)
    }
}
