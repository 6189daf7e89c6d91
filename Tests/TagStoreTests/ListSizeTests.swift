import OfficialAccount
import TagStore
import Testing

@Suite struct ListSizeTests {
    /// An account in an old file can have any number as its limit of openids in a call.
    @Test(arguments: [Int.min, -1, 0, 1, Int.max])
    func `any limit can be applied to a list of openids, and a limit below 1 refuses each list`(limit: Int) throws {
        let openID = try #require(OpenID("oMine00000000000000000000001"))
        let judge = { (openIDs: [OpenID]) throws(Refusal) in
            try OpenIDList.judged(OpenIDList(openIDs), limit: limit).count
        }
        #expect(throws: Refusal.self) { try judge([]) }
        if limit >= 1 {
            #expect(try judge([openID]) == 1)
        } else {
            #expect(throws: Refusal.self) { try judge([openID]) }
        }
    }
}
