extension CallRecord: AdminShape {
    private static func tagging(_ number: Int, errcode: Int) -> CallRecord {
        var call = CallRecord(
            number: number, time: 1_763_800_000, via: .account, method: "POST",
            path: "/cgi-bin/tags/members/batchtagging", errcode: errcode, milliseconds: 0.75)
        call.account = "wx5ad0c4e6b81f2793"
        call.tag = 134
        call.openIDCount = 1
        call.openIDs = ["ocYxcuAEy30bX0NXmGn4ypqx3tI0"]
        call.address = "192.0.2.7"
        call.userAgent = "python-requests/2.32.3"
        call.query = "access_token=***"
        call.request = #"{"openid_list":["ocYxcuAEy30bX0NXmGn4ypqx3tI0"],"tagid":134}"#
        return call
    }

    package static var examples: [CallRecord] {
        var good = tagging(7, errcode: 0)
        good.answer = #"{"errcode":0,"errmsg":"ok"}"#
        var refused = tagging(8, errcode: 45159)
        refused.via = .platform
        refused.platform = "wxfe12dc34ba567890"
        refused.reason = "the fault \"ghost-tag\" fired"
        refused.rid = "6921744b-5c1e0d3a-2f7b9c04"
        refused.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        refused.fault = "ghost-tag"
        refused.answer = #"{"errcode":45159,"errmsg":"invalid tag id"}"#
        refused.isCut = true
        return [good, refused]
    }
}

extension CallPage: AdminShape {
    package static var examples: [CallPage] {
        [CallPage(calls: CallRecord.examples, last: 8, complete: true, missed: 0)]
    }
}

extension CallMark: AdminShape {
    package static var examples: [CallMark] { [CallMark(name: "before the test", after: 6)] }
}

extension CallHint: AdminShape {
    package static var examples: [CallHint] {
        [
            CallHint(
                kind: "misspelt_field", account: "wx5ad0c4e6b81f2793", path: "/cgi-bin/tags/members/batchtagging",
                count: 1, last: 7,
                sentence: "The field is spelt openid_list, not openids; a misspelt field counts as missing.")
        ]
    }
}

extension CallHints: AdminShape {
    package static var examples: [CallHints] { [CallHints(hints: CallHint.examples)] }
}

extension CallRefusals: AdminShape {
    package static var examples: [CallRefusals] {
        [
            CallRefusals(
                errcode: 45159, path: "/cgi-bin/tags/members/batchtagging", account: "wx5ad0c4e6b81f2793",
                via: .account, count: 2, first: 1_763_800_000, latest: 1_763_800_060, last: 8)
        ]
    }
}

extension CallRefusalList: AdminShape {
    package static var examples: [CallRefusalList] { [CallRefusalList(refusals: CallRefusals.examples)] }
}

extension JournalEnd: AdminShape {
    package static var examples: [JournalEnd] { [JournalEnd(last: 8)] }
}

extension MissedCalls: AdminShape {
    package static var examples: [MissedCalls] { [MissedCalls(missed: 17)] }
}
