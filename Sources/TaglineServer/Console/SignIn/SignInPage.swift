/// The page on which the owner of a server enters the admin token.
enum SignInPage {
    static func html(in visit: ConsoleVisit, next: String) -> String {
        PageFrame(visit: visit, title: visit.words["sign_in"]).html("sign-in", ["next": next])
    }

    static let markup = """
        <form class="card fields" method="post" action="/console/sign-in">{{>form}}
        <input type="hidden" name="next" value="{{next}}">
        <label>{{t.admin_token}} <input type="password" name="token" required autocomplete="current-password"></label>
        <p class="soft">{{t.sign_in_hint}}</p>
        <p><button class="main">{{t.sign_in}}</button></p></form>
        """
}

/// The page that shows a new secret once.
enum SecretPage {
    static func html(of appID: String, secret: String, in visit: ConsoleVisit) -> String {
        PageFrame(visit: visit, screen: .accounts).html("secret", ["appid": appID, "curl": secret])
    }

    static let markup = """
        <div class="card fields"><h2>{{t.new_secret_of}} <code>{{appid}}</code></h2>{{>curl}}
        <p>{{t.secret_once}}</p><p><a href="/console/accounts?account={{appid}}">{{t.back_account}}</a></p></div>
        """
}
