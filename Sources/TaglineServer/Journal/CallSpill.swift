import Crypto
import Dispatch
import Foundation
import Logging
import NIOCore
import Synchronization

/// Keeps the content of old calls in the spill file of a sandbox's journal, when memory has no more room.
///
/// The file has a fixed size, and the newest content overwrites the oldest. The journal forgets a call whose content is
/// overwritten.
///
/// The store needs the disk more than the journal does. So no call can be written to the file while the disk has little
/// space left.
///
/// The spill seals each content with AES-GCM. Only this process knows the key, and the nonce is the number of the call.
/// So nobody can read secrets or openids on the disk. The spill cannot open a content that is damaged or overwritten,
/// or that belongs to another call.
public final class CallSpill: Sendable {
    /// The most bytes of the file: 256 MiB.
    ///
    /// A file of this size holds 10,000 calls with a body of 12 KiB and an answer of 12 KiB.
    public static let largest = 256 << 20

    /// The result of writing calls.
    struct Outcome: Sendable {
        /// The calls, as entries with the content in the file. An entry is nil if its content is larger than the file.
        var calls: [(number: Int, entry: CallEntry?)] = []
        /// Newer content may have overwritten any content that begins before this place.
        var oldest = 0
        /// The number of the first call that could not be written; nil if all calls could be written.
        var failed: Int?
    }

    /// The name of the file in its directory.
    public static let fileName = "calls.spill"

    /// The length in bytes of the tag that AES-GCM adds to a content.
    private static let tagLength = 16

    /// Only work on this queue writes the file.
    let queue = DispatchQueue(label: "tagline.spill", qos: .utility)
    private let file: any SpillFile
    private let size: Int
    private let space: Mutex<SpillSpace>
    private let key: SymmetricKey
    private let report: @Sendable (SpillFailure) -> Void

    /// - Parameters:
    ///   - file: an empty file.
    ///   - size: the most bytes that the file takes.
    ///   - key: 32 random bytes.
    ///   - report: called on the queue with the reason when the file cannot be written.
    init(
        into file: any SpillFile, size: Int = CallSpill.largest, key: [UInt8],
        report: @escaping @Sendable (SpillFailure) -> Void
    ) {
        self.file = file
        self.size = max(1, size)
        space = Mutex(SpillSpace(size: size))
        self.key = SymmetricKey(data: key)
        self.report = report
    }

    /// Creates the file in `directory`.
    ///
    /// Logs a warning and returns nil if the file cannot be created. The journal then keeps calls in memory only.
    public convenience init?(in directory: URL, _ surroundings: Surroundings, logger: Logger) {
        let report: @Sendable (SpillFailure) -> Void = { failure in
            logger.warning(
                "the file for old calls cannot be written; the journal keeps fewer calls",
                metadata: ["directory": "\(directory.path)", "reason": "\(failure)"])
        }
        let file: UnlinkedFile
        do throws(SpillFailure) {
            file = try UnlinkedFile(in: directory, named: CallSpill.fileName)
        } catch {
            report(error)
            return nil
        }
        self.init(into: file, key: surroundings.randomBytes(32), report: report)
    }

    // MARK: Writing, on the queue only

    /// Writes the content of calls, until a write fails.
    func put(_ calls: [(number: Int, entry: CallEntry)]) -> Outcome {
        var outcome = Outcome()
        for (number, entry) in calls {
            do throws(SpillFailure) {
                outcome.calls.append((number, try put(entry, number)))
            } catch {
                report(error)
                outcome.failed = number
                break
            }
        }
        outcome.oldest = space.withLock { $0.oldest }
        return outcome
    }

    private func put(_ entry: CallEntry, _ number: Int) throws(SpillFailure) -> CallEntry? {
        if let space = file.diskSpace, space.isScarce {
            throw SpillFailure("the disk has only \(space.free >> 20) MiB of space left")
        }
        let content = entry.content
        guard let sealed = seal(content.encoded, number), let place = space.withLock({ $0.place(sealed.count) }) else {
            return nil
        }
        let offset = place.start % size
        var written = 0
        while written < sealed.count {
            let count = try file.write(sealed[written...], at: offset + written)
            guard count > 0 else { throw SpillFailure("the file takes no more bytes") }
            written += count
        }
        return CallEntry(entry, in: SpilledCall(entry, content, number, at: place, in: self))
    }

    /// Forgets every content, and frees the space of the file on the disk.
    func removeAll() {
        space.withLock { $0.removeAll() }
        file.removeAll()
    }

    // MARK: Reading

    /// Returns the content at `place` of the call with this number; nil if the content is overwritten or cannot be
    /// read.
    func content(at place: SpillPlace, of number: Int) -> ByteBuffer? {
        guard let bytes = try? file.read(place.length, at: place.start % size), bytes.count == place.length else {
            return nil
        }
        return open(bytes, number)
    }

    // MARK: Seals

    private func seal(_ content: ByteBuffer, _ number: Int) -> [UInt8]? {
        guard let nonce = Self.nonce(number),
            let box = try? AES.GCM.seal(Array(content.readableBytesView), using: key, nonce: nonce)
        else { return nil }
        var bytes = Array(box.ciphertext)
        bytes.append(contentsOf: box.tag)
        return bytes
    }

    private func open(_ bytes: [UInt8], _ number: Int) -> ByteBuffer? {
        guard bytes.count > Self.tagLength, let nonce = Self.nonce(number),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce, ciphertext: bytes.dropLast(Self.tagLength), tag: bytes.suffix(Self.tagLength)),
            let content = try? AES.GCM.open(box, using: key)
        else { return nil }
        return ByteBuffer(bytes: content)
    }

    /// Returns the nonce of a call. Numbers only grow while the key exists, so no nonce seals two contents.
    private static func nonce(_ number: Int) -> AES.GCM.Nonce? {
        var bytes = withUnsafeBytes(of: UInt64(clamping: number).littleEndian) { Array($0) }
        bytes.append(contentsOf: [0, 0, 0, 0])
        return try? AES.GCM.Nonce(data: bytes)
    }
}
