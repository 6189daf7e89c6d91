/// What a call answers: a value that writes itself as the platform would.
public protocol Answer: Sendable {
    func write(to json: inout JSONText)
}

/// The answer of a command: `{"errcode":0,"errmsg":"ok"}`.
public struct CommandDone: Answer, Hashable {
    public init() {}

    public func write(to json: inout JSONText) {
        json.object {
            $0.field("errcode", 0)
            $0.field("errmsg", "ok")
        }
    }
}

/// The answer of any call that failed.
public struct CommandFailed: Answer, Hashable {
    public let code: ErrorCode
    /// The documented text and its suffix.
    public let message: String

    public init(code: ErrorCode, message: String) {
        self.code = code
        self.message = message
    }

    public func write(to json: inout JSONText) {
        json.object {
            $0.field("errcode", code.rawValue)
            $0.field("errmsg", message)
        }
    }
}

/// The answer of `token` and `stable_token`.
public struct AccessToken: Answer, Hashable {
    public let token: String
    /// The seconds it has left.
    public let expiresIn: Int

    public init(token: String, expiresIn: Int) {
        self.token = token
        self.expiresIn = expiresIn
    }

    public func write(to json: inout JSONText) {
        json.object {
            $0.field("access_token", token)
            $0.field("expires_in", expiresIn)
        }
    }
}

/// One tag of an account.
public struct Tag: Sendable, Hashable {
    public let id: TagID
    /// Up to 30 bytes of UTF-8.
    public let name: String
    /// How many followers carry it.
    public let count: Int

    public init(id: TagID, name: String, count: Int) {
        self.id = id
        self.name = name
        self.count = count
    }
}

/// The answer of `tags/get`.
public struct TagList: Answer, Hashable {
    public let tags: [Tag]

    public init(tags: [Tag]) {
        self.tags = tags
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("tags") { json in
                json.array(tags) { tag, json in
                    json.object {
                        $0.field("id", tag.id.rawValue)
                        $0.field("name", tag.name)
                        $0.field("count", tag.count)
                    }
                }
            }
        }
    }
}

/// The answer of `tags/getidlist`.
public struct TagIDList: Answer, Hashable {
    public let tagIDs: [TagID]

    public init(tagIDs: [TagID]) {
        self.tagIDs = tagIDs
    }

    public func write(to json: inout JSONText) {
        json.object { answer in
            answer.field("tagid_list") { json in
                json.array(tagIDs) { $1.number($0.rawValue) }
            }
        }
    }
}

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
            answer.field("data") { json in
                json.object { data in
                    data.field("openid") { json in
                        json.array(openIDs) { $1.openID($0) }
                    }
                }
            }
            answer.field("next_openid") { $0.openID(last) }
        }
    }
}
