/// One page of followers, the answer of `user/tag/get`.
///
/// An empty page is `{"count":0}` and nothing else. Any other page names its last openid as `next_openid`, also when no
/// more will follow.
public struct FollowerPage: Answer, Hashable {
    public let openIDs: [OpenID]

    public init(openIDs: [OpenID]) {
        self.openIDs = openIDs
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("count", openIDs.count)
            guard let last = openIDs.last else { return }
            answer.page(openIDs, endingWith: last)
        }
    }
}

/// One page of a list that also says how long the whole list is: the answer of `user/get` and of
/// `tags/members/getblacklist`.
///
/// An empty page has no `data`, and an empty `next_openid`.
public struct CountedFollowerPage: Answer, Hashable {
    /// The length of the whole list.
    public let total: Int
    public let openIDs: [OpenID]

    public init(total: Int, openIDs: [OpenID]) {
        self.total = total
        self.openIDs = openIDs
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("total", total)
            answer.field("count", openIDs.count)
            guard let last = openIDs.last else { return answer.field("next_openid", "") }
            answer.page(openIDs, endingWith: last)
        }
    }
}

extension JSONText.Fields {
    /// The openids of a page that is not empty, and the last of them as the cursor of the next.
    fileprivate mutating func page(_ openIDs: [OpenID], endingWith last: OpenID) {
        field("data") { json in
            json.object { data in
                data.field("openid") { json in
                    json.array(openIDs) { $1.openID($0) }
                }
            }
        }
        field("next_openid") { $0.openID(last) }
    }
}
