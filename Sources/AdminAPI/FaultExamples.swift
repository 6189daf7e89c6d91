extension FaultRule: AdminShape {
    package static var examples: [FaultRule] {
        var lost = FaultRule(name: "lost answer", action: Action(at: .answer, connection: .close))
        lost.match.path = ["/cgi-bin/tags/members/batchtagging"]
        lost.match.appid = "wx5ad0c4e6b81f2793"
        lost.match.tag = 134
        lost.match.openid = "ocYxcuAEy30bX0NXmGn4ypqx3tI0"
        lost.match.via = .account
        lost.skip = 2
        lost.times = 1
        lost.span = FaultSpan(.seconds(300))
        var partial = FaultRule(name: "partial batch", action: Action(at: .answer))
        partial.action.failOpenIDs = 3
        partial.action.delay = .fixed(FaultSpan(.milliseconds(300)))
        var slow = FaultRule(name: "slow refusals", action: Action(at: .refusal))
        slow.chance = 0.5
        slow.action.errcode = 45159
        slow.action.delay = .spread(
            median: FaultSpan(.milliseconds(90)), sigma: 0.4, most: FaultSpan(.seconds(5)))
        slow.action.send = Pieces(bytes: 20, every: FaultSpan(.milliseconds(50)), stopAfter: 12)
        slow.action.contentType = "text/plain"
        return [lost, partial, slow]
    }
}

extension FaultStatus: AdminShape {
    package static var examples: [FaultStatus] {
        FaultRule.examples.map {
            FaultStatus(
                rule: $0, matched: 3, fired: 1,
                accounts: [Count(account: "wx5ad0c4e6b81f2793", matched: 3, fired: 1)], endsAt: 1_763_800_300)
        }
    }
}

extension FaultList: AdminShape {
    package static var examples: [FaultList] { [FaultList(seed: 42, faults: FaultStatus.examples)] }
}
