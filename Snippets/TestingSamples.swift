// Samples for the articles about TaglineTesting. The other samples of these articles are in Examples/TestYourTagCode.
//
// The lines between `snippet.NAME` and `snippet.end` are a sample. `SnippetTests` compares each sample with the pages
// that show it.

import OfficialAccount
import OfficialAccountClient
import TaglineTesting

func useAServer() async throws {
    // snippet.with-tagline
    try await withTagline { server in
        let readers = server.followers(1...200)
        try await server.client.tags.batchTagging(Array(readers.prefix(50)), tag: 134)
        print(server.calls(to: .batchTagging).count, try await server.tags(of: readers[0]))
    }
    // snippet.end
}

func change(_ server: TaglineTestServer) throws {
    // snippet.narrow
    try server.play("ghost-tag") { rule in
        rule.match.tag = 134
        rule.skip = 3
        rule.times = 1
    }
    // snippet.end
}

func answerOwnCode(_ server: TaglineTestServer) throws {
    // snippet.own-code
    try server.play("system-error") { rule in
        rule.name = "an hour of 45009"
        rule.action.errcode = 45009
        rule.chance = 1
        rule.span = FaultSpan(.seconds(3600))
    }
    // snippet.end
}

func endTheToken() async throws {
    // snippet.clock
    try await withTagline { server in
        let wechat = server.client
        _ = try await wechat.tags.list()
        try server.advance(by: .seconds(7200))
        _ = try await wechat.tags.list()
        print(server.calls(to: .getStableAccessToken).count)
    }
    // snippet.end
}
