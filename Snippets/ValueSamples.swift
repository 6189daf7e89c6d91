// The samples of the articles about OfficialAccount.
//
// The lines between `snippet.NAME` and `snippet.end` are a sample. `SnippetTests` compares each sample with the pages
// that show it.

import OfficialAccount

func showValues() {
    // snippet.values
    if let openID = OpenID("ocYxcuAEy30bX0NXmGn4ypqx3tI0") {
        let request = TaggingRequest([openID], tagID: 134)
        print(BatchTagging.endpoint.path, String(decoding: request.body, as: UTF8.self))
    }
    // snippet.end
}

func explain() {
    // snippet.explain
    let code = ErrorCode(45059)
    if let explanation = code.explanation {
        print(explanation.message)  // can not tagging one user too much
        print(explanation.meaning)  // One of the followers would carry more than 20 tags.
        print(explanation.remedy)  // Take a tag off that follower, or omit the follower; the call changed no follower.
        print(explanation.chinese.meaning)
    } else {
        print("The platform has added the code \(code).")
    }
    // snippet.end
}

func decide(_ code: ErrorCode) -> String {
    // snippet.decide
    switch code {
    case .tooManyTagsOnUser, .invalidOpenID: return "leave this follower out"
    case .concurrentChange, .systemError: return "try again after a pause"
    case .dailyQuotaReached: return "go on tomorrow"
    default: return code.explanation?.remedy ?? "ask the platform's support"
    }
    // snippet.end
}

func listCodes() {
    // snippet.all-codes
    for explanation in ErrorCatalogue.entries {
        print(explanation.code, explanation.message)
    }
    // snippet.end
}

func find(in profiles: [FollowerProfile], _ tags: [Tag]) throws -> [OpenID] {
    // snippet.read-expression
    let condition = try TagExpression(#""first readers" & !churned & (beijing | shanghai)"#)
    // snippet.end

    // snippet.name-tags
    var ids: [TagReference: TagID] = [:]
    for name in condition.names {
        let reference = TagReference(name)
        guard let tag = try reference.tag(in: tags) else {
            print("The account has no tag \(name).")
            continue
        }
        ids[reference] = tag.id
    }
    // snippet.end

    // snippet.find
    let found = profiles.filter { profile in
        let carried = profile.following?.tagIDs ?? []
        return condition.isTrue { name in ids[TagReference(name)].map(carried.contains) ?? false }
    }
    print(found.map(\.openID))
    // snippet.end
    return found.map(\.openID)
}
