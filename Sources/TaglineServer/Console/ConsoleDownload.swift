import HTTPTypes
import Hummingbird
import NIOCore

/// A file that the console sends. The browser saves the file and does not show it.
struct ConsoleDownload: Sendable {
    /// The response with the content of the file, and the name under which the browser saves the file.
    struct File: Sendable {
        let name: String
        var response: Response

        init(_ name: String, _ response: Response) {
            self.name = name
            self.response = response
        }

        /// Makes a file that holds `text`.
        init(_ name: String, text: String) {
            self.init(
                name,
                Response(
                    status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: text))))
        }
    }

    typealias Making = @Sendable (ConsoleVisit, AdminContext) async throws -> File

    let path: String
    private let make: Making

    init(_ path: String, _ make: @escaping Making) {
        self.path = path
        self.make = make
    }

    /// Makes the file for `visit` and returns the response with the file. Throws if the console cannot make the file.
    func response(to visit: ConsoleVisit, _ context: AdminContext) async throws -> Response {
        let file = try await make(visit, context)
        var response = file.response
        for field in ConsoleAssets.guards { response.headers[field.name] = field.value }
        response.headers[.cacheControl] = "no-store"
        response.headers[.contentDisposition] = "attachment; filename=\"\(file.name)\""
        return response
    }
}
