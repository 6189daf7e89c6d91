import OfficialAccount
import TagStore

/// One follower, with forms for the remark and the tags.
struct FollowerDetail: Sendable {
    static let template = "follower"
    /// The most bytes that the follower's tags take on the page.
    private static let mostTagBytes = 9000

    let account: String
    let profile: FollowerProfile

    func data(_ words: Words, _ tags: [Tag], mayTag: Bool) -> PageData {
        var data: PageData = ["openid": "\(profile.openID)", "account": account]
        guard let following = profile.following else { return data }
        let ids = Set(following.tagIDs)
        let carried = tags.filter { ids.contains($0.id) }
        let chips = FittingRows(carried, in: Self.mostTagBytes) { TagChip(tag: $0, mayTag: mayTag).html(words) }
        var present: PageData = [
            "since": BeijingTimeText.moment(UnixTime(seconds: following.since)), "remark": following.remark,
            "seen": SeenValue.mark(following.remark), "number": following.tagIDs.count, "chips": chips.html,
            "others": ListOption.data(of: tags.filter { !ids.contains($0.id) }),
        ]
        if chips.count < carried.count {
            present["more"] = words.text("more_tags", ["n": (carried.count - chips.count).grouped])
        }
        data["present"] = present
        return data
    }

    static let markup = """
        {{#follower}}<aside class="card" aria-label="{{t.one_follower}}"><h2 class="mono">{{openid}}</h2>
        {{^present}}<p>{{t.has_left}}</p>{{/present}}
        {{#present}}<p class="soft">{{t.since}} {{since}} {{zone}}</p><h3>{{t.nav_tags}} ({{number}})</h3>
        {{#mayTag}}<form id="untag" method="post" action="\(ConsoleForm.untagFollowers.path)">{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="openids" value="{{openid}}"></form>{{/mayTag}}
        <div>{{{chips}}}{{#more}}<span class="soft">{{more}}</span>{{/more}}</div>
        {{#mayTag}}<form method="post" action="\(ConsoleForm.tagFollowers.path)">{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="openids" value="{{openid}}"><div class="do"><select name="tag" aria-label="{{t.tag}}">{{#others}}{{>option}}{{/others}}</select><button class="main">{{t.put_on}}</button></div></form>
        <form method="post" action="\(ConsoleForm.setRemark.path)">{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="openid" value="{{openid}}"><input type="hidden" name="\(SeenValue.field)" value="{{seen}}"><h3>{{t.remark}}</h3><div class="do"><input name="remark" aria-label="{{t.remark}}" value="{{remark}}"><button>{{t.save}}</button></div></form>{{/mayTag}}{{/present}}
        <p><a class="button" href="{{closeHref}}">{{t.close}}</a></p></aside>{{/follower}}
        """
}
