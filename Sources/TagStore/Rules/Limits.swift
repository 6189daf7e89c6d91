/// The numbers the rules turn on, with the platform's own as defaults.
public struct Limits: Sendable, Hashable {
    /// Entries in one `openid_list`. The Chinese page of batchTagging says 50; the English page drops the sentence.
    public var openIDsPerCall = 50
    /// Tags one follower may carry.
    public var tagsPerFollower = 20
    /// Tags an account may create, the starred tag aside.
    public var tagsPerAccount = 100
    /// Bytes of UTF-8 in the name of a tag.
    public var tagNameBytes = 30
    /// openids in one page of followers.
    public var openIDsPerPage = 10_000

    public init() {}
}
