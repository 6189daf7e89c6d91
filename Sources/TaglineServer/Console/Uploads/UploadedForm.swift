import HTTPTypes
import Hummingbird
import NIOCore

/// A form with a file, read while it arrives: first its fields, then its file piece by piece.
///
/// It reads a piece only when its caller asks for one. So a slow caller slows the browser, and few pieces wait in
/// memory.
actor UploadedForm {
    /// The most bytes of a form with a file.
    static let most = 1 << 30

    private static let tooLarge = AdminError(
        status: .contentTooLarge,
        sentence: "the file is larger than \(NumberText.bytes(most)); send it with the curl command on the page")
    private static let brokenOff = AdminError.badRequest(
        "the file did not arrive whole; send it again: this changes nothing for followers who are there already")

    /// The size of the form, as the browser declares it; nil if the browser declares no size.
    nonisolated let declared: Int?
    /// The bytes of the form that have been read.
    private(set) var bytesRead = 0
    private var pieces: RequestBody.AsyncIterator
    private var parser: UploadParser
    /// Bytes of the file that have been read and not been handed out yet.
    private var waiting = ByteBuffer()

    /// Throws ``AdminError`` if the request holds no form with a file, or declares one that is too large.
    init(_ request: Request) throws(AdminError) {
        let length = request.headers.declaredLength
        guard (length ?? 0) <= Self.most else { throw Self.tooLarge }
        do throws(UploadParser.Fault) {
            parser = try UploadParser(contentType: request.headers[.contentType] ?? "")
        } catch {
            throw .badRequest(error.reason)
        }
        declared = length
        pieces = request.body.makeAsyncIterator()
    }

    /// Reads up to the file, and returns the fields before it. Throws ``AdminError`` if there is no file.
    func fields() async throws(AdminError) -> FormFields {
        while !parser.hasBegunFile {
            guard !parser.isAtEnd, let piece = try await nextPiece() else {
                throw .badRequest("the form has no file; choose one")
            }
            waiting = try read(piece)
        }
        return FormFields(decoded: parser.fields)
    }

    /// Returns the file as the body of a request.
    ///
    /// - Parameter note: is called after each piece with the bytes of the form that have been read.
    nonisolated func file(noting note: @escaping @Sendable (Int) -> Void) -> RequestBody {
        RequestBody(asyncSequence: Pieces(form: self, note: note))
    }

    /// Reads the rest of the form. A browser shows the answer only after it has sent everything.
    func discard() async {
        waiting = ByteBuffer()
        while (try? await nextPiece()) != nil {}
    }

    /// Returns the next piece of the file; nil after the last. Throws ``AdminError`` if the rest does not arrive.
    fileprivate func nextOfFile() async throws(AdminError) -> ByteBuffer? {
        while waiting.readableBytes == 0 {
            if parser.isAtEnd { return nil }
            guard let piece = try await nextPiece() else { throw Self.brokenOff }
            waiting = try read(piece)
        }
        let bytes = waiting
        waiting = ByteBuffer()
        return bytes
    }

    private func nextPiece() async throws(AdminError) -> ByteBuffer? {
        var pieces = pieces
        let piece: ByteBuffer?
        do {
            piece = try await pieces.next(isolation: #isolation)
        } catch {
            throw Self.brokenOff
        }
        self.pieces = pieces
        bytesRead += piece?.readableBytes ?? 0
        guard bytesRead <= Self.most else { throw Self.tooLarge }
        return piece
    }

    private func read(_ piece: ByteBuffer) throws(AdminError) -> ByteBuffer {
        do throws(UploadParser.Fault) {
            return try parser.read(piece)
        } catch {
            throw .badRequest(error.reason)
        }
    }

    /// The pieces of the file.
    private struct Pieces: AsyncSequence, Sendable {
        typealias Element = ByteBuffer

        struct AsyncIterator: AsyncIteratorProtocol {
            let form: UploadedForm
            let note: @Sendable (Int) -> Void

            func next() async throws -> ByteBuffer? {
                let piece = try await form.nextOfFile()
                note(await form.bytesRead)
                return piece
            }
        }

        let form: UploadedForm
        let note: @Sendable (Int) -> Void

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(form: form, note: note) }
    }
}
