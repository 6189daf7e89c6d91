import OfficialAccount
import OfficialAccountClient
import Synchronization

/// Reports how many entries of the platform's list of tags are not tags. The client skips such entries.
final class TagListWatch: Transport {
    private let transport: any Transport
    /// The number of such entries in the latest list. A command that reads the list twice reports the same number only
    /// once.
    private let said = Mutex(0)

    init(_ transport: any Transport) {
        self.transport = transport
    }

    func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8] {
        let answer = try await transport.send(call)
        guard call.endpoint.path == GetTags.endpoint.path,
            let list = try? AnswerReader.read(answer, as: GetTags.Response.self)
        else { return answer }
        let isNew = said.withLock { said in
            defer { said = list.passedOver }
            return said != list.passedOver
        }
        if isNew, list.passedOver > 0 { StandardError.sayNoTags(list.passedOver) }
        return answer
    }
}
