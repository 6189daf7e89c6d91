import OfficialAccount
import TagStore

/// One follower, with forms for the remark and the tags.
struct FollowerDetail: Sendable {
    let account: String
    let profile: FollowerProfile

    func data(_ words: Words, _ tags: [Tag]) -> PageData {
        var data: PageData = ["openid": "\(profile.openID)", "account": account]
        guard let following = profile.following else { return data }
        let carried = Set(following.tagIDs)
        data["present"] =
            [
                "since": BeijingTimeText.moment(UnixTime(seconds: following.since)), "remark": following.remark,
                "number": following.tagIDs.count,
                "carries": tags.filter { carried.contains($0.id) }.map { tag -> PageData in
                    ["value": tag.id.rawValue, "name": tag.name]
                },
                "others": tags.filter { !carried.contains($0.id) }.map { tag -> PageData in
                    ["value": tag.id.rawValue, "name": tag.name]
                },
            ] as PageData
        return data
    }

    static let markup = """
        {{#follower}}<aside class="card" aria-label="{{t.one_follower}}"><h2 class="mono">{{openid}}</h2>
        {{^present}}<p>{{t.has_left}}</p>{{/present}}
        {{#present}}<p class="soft">{{t.since}} {{since}} {{zone}}</p><h3>{{t.nav_tags}} ({{number}})</h3>
        <div>{{#carries}}<form class="chip" method="post" action="/console/followers/untag">{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="openids" value="{{openid}}"><bdi>{{name}}</bdi>{{#mayTag}}<button class="plain" name="tag" value="{{value}}" aria-label="{{t.take_off}} {{name}}">×</button>{{/mayTag}}</form>{{/carries}}</div>
        {{#mayTag}}<form method="post" action="/console/followers/tag">{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="openids" value="{{openid}}"><div class="do"><select name="tag" aria-label="{{t.tag}}">{{#others}}<option value="{{value}}">{{name}}</option>{{/others}}</select><button class="main">{{t.put_on}}</button></div></form>
        <form method="post" action="/console/followers/remark">{{>form}}<input type="hidden" name="account" value="{{account}}"><input type="hidden" name="openid" value="{{openid}}"><h3>{{t.remark}}</h3><div class="do"><input name="remark" aria-label="{{t.remark}}" value="{{remark}}"><button>{{t.save}}</button></div></form>{{/mayTag}}{{/present}}
        <p><a class="button" href="{{closeHref}}">{{t.close}}</a></p></aside>{{/follower}}
        """
}
