/// The page on which the owner of a server enters the admin token.
enum SignInPage {
    static let template = "sign-in"

    static func html(in visit: ConsoleVisit, next: String) -> String {
        PageFrame(visit: visit, title: visit.words["sign_in"]).html(template, ["next": next])
    }

    static let markup = """
        <form class="card fields" method="post" action="\(ConsoleForm.signIn.path)">{{>form}}
        <input type="hidden" name="next" value="{{next}}">
        <label>{{t.admin_token}} <input type="password" name="token" required autocomplete="current-password"></label>
        <p class="soft">{{t.sign_in_hint}}</p>
        <p><button class="main">{{t.sign_in}}</button></p></form>
        """
}
