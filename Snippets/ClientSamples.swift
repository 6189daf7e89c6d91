// The samples of docs/tag-followers-from-swift.md and of the articles about OfficialAccountClient.
//
// The lines between `snippet.NAME` and `snippet.end` are a sample. `SnippetTests` compares each sample with the pages
// that show it.

import Foundation

// snippet.client
import OfficialAccount
import OfficialAccountClient

func tagOne() async throws {
    let wechat = OfficialAccountClient(
        appID: "wx5ad0c4e6b81f2793", secret: "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        transport: HTTPTransport(baseURL: "http://127.0.0.1:8080"))
    guard let openID = OpenID("ocYxcuAEy30bX0NXmGn4ypqx3tI0") else { return }
    let tag = try await wechat.tags.create(named: "vip")
    try await wechat.tags.batchTagging([openID], tag: tag)
    print(try await wechat.tags.tags(of: openID))
}
// snippet.end

func handleErrors(of wechat: OfficialAccountClient, _ openID: OpenID) async {
    // snippet.errors
    do throws(CallFailure) {
        try await wechat.tags.batchTagging([openID], tag: 134)
    } catch {
        switch error {
        case .refused(let error) where error.code == .tooManyTagsOnUser:
            print("carries twenty tags already")
        case .refused(let error):
            print(error.code, error.message, error.rid ?? "", error.explanation?.remedy ?? "")
        case .transport(let failure):
            print(failure.reason, failure.mayHaveBeenApplied)
        case .badAnswer(let beginning):
            print("not an answer of the API:", beginning)
        case .tokenStore(let reason), .tokenSource(let reason):
            print(reason)
        }
    }
    // snippet.end
}

func chooseRetries(appID: AppID, secret: String) -> [OfficialAccountClient] {
    // snippet.retries
    let patient = OfficialAccountClient(
        appID: appID, secret: secret,
        retries: RetryPolicy(attempts: 10, firstPause: .milliseconds(500), longestPause: .seconds(30), minutes: 3))
    let hasty = OfficialAccountClient(appID: appID, secret: secret, retries: .none)
    // snippet.end
    return [patient, hasty]
}

func shareTokens(appID: AppID, secret: String) -> OfficialAccountClient {
    // snippet.token-file
    let wechat = OfficialAccountClient(appID: appID, secret: secret, tokenStore: FileTokenStore(path: "token.json"))
    // snippet.end
    return wechat
}

/// A placeholder for your own cache.
struct Cache: Sendable {
    func value(for key: String) async throws -> Data? { nil }
    func set(_ value: Data, for key: String) async throws {}
}

// snippet.token-cache
struct CachedTokens: TokenStore {
    let cache: Cache

    func token(of appID: AppID) async throws -> AccessToken? {
        guard let data = try await cache.value(for: "token of \(appID)") else { return nil }
        return try JSONDecoder().decode(AccessToken.self, from: data)
    }

    func keep(_ token: AccessToken, of appID: AppID) async throws {
        try await cache.set(JSONEncoder().encode(token), for: "token of \(appID)")
    }
}
// snippet.end

func tagAny(_ openIDs: AsyncStream<OpenID>, with wechat: OfficialAccountClient) async throws {
    // snippet.outcomes
    let run = BulkTagger(wechat.tags).tag(openIDs, with: 134)
    for try await outcome in run {
        switch outcome.result {
        case .applied: break
        case .rejected(let error): print(outcome.tagging.openID, error.code)
        case .unknown(let failure): print(outcome.tagging.openID, "may be tagged or not:", failure)
        case .notTried(let reason): print(outcome.tagging.openID, "is left:", reason)
        }
    }
    let progress = await run.progress
    print(progress.applied, progress.rejected, progress.unknown, progress.notTried)
    if let stop = progress.stop { print("stopped:", stop) }
    // snippet.end
}

func boundRun(_ taggings: AsyncStream<Tagging>, with wechat: OfficialAccountClient) -> BulkTagger.Run {
    // snippet.options
    var options = BulkTagger.Options()
    options.concurrency = 8  // at most 8 calls at once; the default is 32
    options.calls = 1000  // at most 1000 calls in all; the default is no limit
    let run = BulkTagger(wechat.tags, options: options).apply(taggings)
    // snippet.end
    return run
}

func callWithoutToken(_ openID: OpenID, _ openIDs: AsyncStream<OpenID>) async throws -> BulkTagger.Run {
    // snippet.cloud
    let cloud = CloudClient(baseURL: "http://127.0.0.1:8081")
    try await cloud.officialAccount.tags.batchTagging([openID], tag: 134)
    let run = BulkTagger(cloud.officialAccount.tags).tag(openIDs, with: 134)
    // snippet.end
    return run
}

// snippet.transport
struct Counting: Transport {
    let inner: any Transport
    let count: @Sendable (Endpoint) -> Void

    func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8] {
        count(call.endpoint)
        return try await inner.send(call)
    }
}
// snippet.end

func answerFromATest() -> OfficialAccountClient {
    // snippet.scripted-transport
    struct Scripted: Transport {
        let answer: @Sendable (OutgoingCall) -> String

        func send(_ call: OutgoingCall) async throws(TransportFailure) -> [UInt8] {
            if call.endpoint == GetStableAccessToken.endpoint {
                return Array(#"{"access_token":"t","expires_in":7200}"#.utf8)
            }
            return Array(answer(call).utf8)
        }
    }

    let wechat = OfficialAccountClient(
        appID: "wx1", secret: "s",
        transport: Scripted { _ in #"{"errcode":45059,"errmsg":"can not tagging one user too much"}"# }, retries: .none)
    // snippet.end
    return wechat
}

func turnTheClock(_ clock: some Clock<Duration>, _ transport: any Transport) -> OfficialAccountClient {
    // snippet.timing
    let wechat = OfficialAccountClient(
        appID: "wx1", secret: "s", transport: transport,
        timing: Timing(clock: clock, now: { 1_763_800_000 }, random: { 0.5 }))
    // snippet.end
    return wechat
}

// The samples of the articles.

func tagTwo(secret: String) async throws {
    // snippet.overview
    let wechat = OfficialAccountClient(appID: "wx5ad0c4e6b81f2793", secret: secret)
    let readers = ["ocYxcuAEy30bX0NXmGn4ypqx3tI0", "ocYxcuBt0mRugKZ7tGAHPnUaOW7Y"].compactMap { OpenID($0) }
    try await wechat.tags.batchTagging(readers, tag: 134)
    // snippet.end
}

func readARefusal(of wechat: OfficialAccountClient, _ openID: OpenID) async {
    // snippet.first-refusal
    do throws(CallFailure) {
        try await wechat.tags.batchTagging([openID], tag: 99_999)
    } catch {
        if case .refused(let refusal) = error {
            print(refusal.code, refusal.message)
            print(refusal.explanation?.remedy ?? "The catalogue does not have this code.")
        } else {
            print(error)
        }
    }
    // snippet.end
}

func tagMany(_ readers: [OpenID], with wechat: OfficialAccountClient) async throws {
    // snippet.any-number
    _ = try await wechat.tags.list()
    let openIDs = AsyncStream<OpenID> { continuation in
        for reader in readers { continuation.yield(reader) }
        continuation.finish()
    }
    var again: [OpenID] = []
    let run = BulkTagger(wechat.tags).tag(openIDs, with: 134)
    for try await outcome in run {
        switch outcome.result {
        case .applied: break
        case .rejected(let error): print(outcome.tagging.openID, error)
        case .unknown, .notTried: again.append(outcome.tagging.openID)
        }
    }
    // snippet.end

    // snippet.progress
    let progress = await run.progress
    print("\(progress.applied) tagged, \(progress.rejected) refused, \(again.count) to send again")
    if let stop = progress.stop { print("The run stopped early: \(stop)") }
    // snippet.end
}

func boundTheRun(_ openIDs: AsyncStream<OpenID>, with wechat: OfficialAccountClient) -> BulkTagger.Run {
    // snippet.bounds
    var options = BulkTagger.Options()
    options.calls = 1000
    let patient = wechat.with(RetryPolicy(attempts: 10))
    let run = BulkTagger(patient.tags, options: options).untag(openIDs, from: 134)
    // snippet.end
    return run
}
