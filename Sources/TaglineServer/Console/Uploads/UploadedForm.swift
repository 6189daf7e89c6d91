import HTTPTypes
import Hummingbird
import NIOCore

/// Reads a form with a file while the form arrives: first the fields, and then the file piece by piece.
///
/// It reads a piece only when its caller asks for a piece. So the browser cannot send faster than the caller reads, and
/// few pieces wait in memory.
actor UploadedForm {
    /// The most bytes of a form with a file.
    static let most = 1 << 30

    private static let tooLarge = AdminError(
        status: .contentTooLarge,
        sentence: "the file is larger than \(NumberText.bytes(most)); send it with the curl command on the page")
    private static let brokenOff = AdminError.badRequest(
        "the file did not arrive whole; send it again: followers whom the account already has do not change")

    /// The size of the form, as the browser declares it; nil if the browser declares no size.
    nonisolated let declared: Int?
    /// The number of bytes of the form that this actor has read.
    private(set) var bytesRead = 0
    private var pieces: RequestBody.AsyncIterator
    private var parser: UploadParser
    /// The bytes of the file that this actor has read, but not returned yet.
    private var waiting = ByteBuffer()

    /// Throws ``AdminError`` if the request is not a `multipart/form-data` form, or if the declared size of the form is
    /// more than ``most``.
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

    /// Reads the form up to the file, and returns the fields before the file. Throws ``AdminError`` if the form has no
    /// file.
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
    /// - Parameter note: receives, after each piece, the number of bytes of the form that this actor has read.
    nonisolated func file(noting note: @escaping @Sendable (Int) -> Void) -> RequestBody {
        RequestBody(asyncSequence: Pieces(form: self, note: note))
    }

    /// Reads the rest of the form and drops it. A browser shows the answer only after it has sent the whole form.
    func discard() async {
        waiting = ByteBuffer()
        while (try? await nextPiece()) != nil {}
    }

    /// Returns the next piece of the file; nil after the last piece. Throws ``AdminError`` if the rest of the form does
    /// not arrive.
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
