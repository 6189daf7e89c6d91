import OfficialAccount

/// Whoever can make calls as an account.
protocol Caller: Sendable {
    /// Makes the call; once more with another token if the first has ended, but not again for any other reason.
    func attempt<Value: Decodable & Sendable>(_ call: APICall, as type: Value.Type) async throws(CallFailure) -> Value

    var retries: RetryPolicy { get }
    var timing: Timing { get }
    var knownTags: KnownTags { get }
}

extension Caller {
    /// Makes the call, again if the policy says that it may help.
    func answer<Value: Decodable & Sendable>(
        to call: APICall, as type: Value.Type
    ) async throws(CallFailure) -> Value {
        var history = RetryPolicy.History()
        while true {
            do throws(CallFailure) {
                return try await attempt(call, as: type)
            } catch {
                let pause = retries.pause(
                    after: error, &history, isRepeatable: call.endpoint.isRepeatable,
                    isTagKnown: call.tag.map(knownTags.contains) ?? false, now: timing.now(), chance: timing.random())
                guard let pause else { throw error }
                do { try await timing.sleep(pause) } catch { throw .cancelled }
            }
        }
    }

    /// Makes a call that answers nothing but that it is done.
    func command(_ call: APICall) async throws(CallFailure) {
        _ = try await answer(to: call, as: Done.self)
    }
}

extension Endpoint {
    /// Whether making a call twice does no more than making it once. A second tag of one name is refused, and resets of quotas are few.
    var isRepeatable: Bool { ![.createTag, .clearQuota, .clearAPIQuota].contains(self) }
}

extension CallFailure {
    /// Whoever waited for the answer waits no longer.
    static var cancelled: CallFailure {
        .transport(TransportFailure("the call was cancelled", mayHaveBeenApplied: true))
    }
}

extension Transport {
    func answer(to call: APICall) async throws(CallFailure) -> [UInt8] {
        do throws(TransportFailure) {
            return try await send(call)
        } catch {
            throw .transport(error)
        }
    }
}

/// The JSON of a request.
struct RequestBody {
    let bytes: [UInt8]

    init(_ fields: (inout JSONText.Fields) -> Void) {
        var json = JSONText()
        json.object(fields)
        bytes = json.bytes
    }
}
